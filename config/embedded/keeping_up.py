"""Keeping programs running: one that ends is started again, unless it keeps ending."""

import time
from collections import defaultdict, deque
from collections.abc import Sequence

from config.embedded.interruption import Haste
from config.embedded.processes import Service, end_orphans
from config.embedded.progress import say
from config.embedded.refusal import Refused

LOOK_EVERY = 0.2
RESTARTS = 5
WITHIN = 60.0
PATIENCE = 25.0
START_PATIENCE = 60.0


def keep_up(services: Sequence[Service]) -> None:
    """Watch for ever; only an interruption or a program that keeps ending leaves."""
    restarts: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=RESTARTS))
    while True:
        for service in services:
            if service.has_ended:
                _start_again(service, restarts[service.name], services)
        time.sleep(LOOK_EVERY)


def stop_all(services: Sequence[Service], haste: Haste) -> None:
    """Ask all of them, wait, and insist in the end, or at once when somebody asks again."""
    give_up_at = time.monotonic() + PATIENCE
    for service in services:
        service.ask_to_stop()
    for service in services:
        while not service.has_ended:
            if haste.is_great or time.monotonic() > give_up_at:
                service.stop(patience=0)
            time.sleep(0.02)


def _start_again(service: Service, earlier: deque[float], services: Sequence[Service]) -> None:
    now = time.monotonic()
    if len(earlier) == RESTARTS and now - earlier[0] < WITHIN:
        raise Refused(f"{service.name} keeps stopping.{service.last_words()}")
    earlier.append(now)
    say(f"  {service.name} stopped; starting it again.")
    # What its death orphaned still holds its port and memory.
    end_orphans({each.pid for each in services if each is not service})
    service.start()
    service.wait_until_ready(START_PATIENCE)
