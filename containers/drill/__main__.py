"""``make containers``: build the images, start the stack, and drill it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from drill import closed, faults, journey, world
from drill.caller import AWAY, HOST
from drill.engine import engine
from drill.images import bases
from drill.ledger import Ledger
from drill.report import NotShown, Report
from drill.stack import CHECKOUT, Stack

FOLDER = CHECKOUT / "var" / "containers"


def main() -> int:
    """Drill, print the table, and say honestly how it ended."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that everything is put away
    report, began = Report(), time.monotonic()
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        with engine(FOLDER, report) as environment, _stack(environment, report) as stack:
            drill(stack, report)
        ending = ""
    except (NotShown, *AWAY, subprocess.SubprocessError) as fault:
        ending = f"FAILED: {fault}"
    except KeyboardInterrupt:
        ending = "STOPPED before the end."
    report.print()
    print(ending or f"All of it was shown, in {time.monotonic() - began:.0f} s.")
    return 1 if ending else 0


def drill(stack: Stack, report: Report) -> None:
    """From nothing to nothing."""
    port = int(stack.environment["PORT"])
    with report.showing("docker compose config is valid"):
        stack.compose("config", "--quiet")
    with report.showing("Images built"):
        stack.compose("build")
    with report.showing("Up, every service healthy"):
        stack.up()
    with report.showing("Agencies founded by the operator's commands"):
        agencies = world.found(stack, port)
    with report.showing("The journey over REST, create to status"):
        journey.walk(agencies)
    closed.look(stack, report)
    ledger = Ledger(agencies)
    faults.kill_each(stack, ledger, report)
    faults.refer_without_redis(stack, ledger, report)
    faults.stop_and_start(stack, ledger, report)
    faults.lose_everything(stack, ledger, report)
    faults.count_once(ledger, 1, report)
    with report.showing("audit verify") as claim:
        claim.note = stack.manage("audit", "verify").strip()
    with report.showing("vault check"):
        stack.manage("vault", "check")


@contextmanager
def _stack(environment: dict[str, str], report: Report) -> Iterator[Stack]:
    """A stack of our own beside any that runs, removed with its data at the end."""
    told = {
        "ALLOWED_HOSTS": HOST,
        "PIERHEAD_VERSION": "drill",
        "PORT": os.environ.get("PORT") or str(_free_port()),
    }
    stack = Stack(environment | told | bases(environment, FOLDER, report))
    try:
        yield stack
    except NotShown:
        (FOLDER / "services.log").write_text(stack.tried("logs", "--no-color").stdout)
        report.remark(f"what the services said is in {_shown(FOLDER / 'services.log')}")
        raise
    finally:
        stack.tried("down", "--volumes", "--remove-orphans", "--timeout", "20")


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def _shown(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))


if __name__ == "__main__":
    sys.exit(main())
