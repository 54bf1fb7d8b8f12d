"""One launcher to a checkout."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from config.embedded.places import Places
from config.embedded.refusal import Refused

PATIENCE = 3.0


@contextmanager
def the_only_one(places: Places, doing: str) -> Iterator[None]:
    """Hold the checkout's lock; the kernel lets go of it when we end, however we end."""
    with places.lock.open("a+") as lock:
        if not _is_ours_within(PATIENCE, lock):
            lock.seek(0)
            raise Refused(
                f"Pierhead already runs from this checkout ({lock.read().strip()}). Stop it "
                "first; a second copy needs a clone and a port of its own: make run PORT=8001"
            )
        lock.truncate(0)
        lock.write(doing)
        lock.flush()
        yield


def is_running(places: Places) -> bool:
    """Whether a launcher holds the lock now."""
    with places.lock.open("a+") as lock:
        return not _is_ours_within(0, lock)


def _is_ours_within(seconds: float, lock: IO[str]) -> bool:
    """Take the lock; a launcher that is just ending gets a moment."""
    give_up_at = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= give_up_at:
                return False
            time.sleep(0.1)
        else:
            return True
