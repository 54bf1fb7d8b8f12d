"""What is done to the stack, and what must be true after it."""

import tempfile
from pathlib import Path

from drill.ledger import Ledger, Referring
from drill.report import Report, check, wait_until
from drill.stack import STAYING, Stack

KILLED = ("web", "worker", "redis", "db", "keyd")
BEFORE = 2
AFTER = 3
# As docs/running.md says. PostgreSQL's superuser, because row-level security hides the rows from
# everybody else, the owner among them.
AS_SUPERUSER = 'PGPASSWORD="$(cat /run/secrets/superuser-password)" exec'
DUMP = f"{AS_SUPERUSER} pg_dump --username postgres --format custom pierhead"
RESTORE = (
    f"{AS_SUPERUSER} pg_restore --username postgres --dbname postgres"
    " --clean --if-exists --create --exit-on-error"
)
KEEP = ("run", "--rm", "--no-deps", "-T", "--entrypoint", "tar", "secrets", "-C", "/secrets/keep")
HEALTHY_WITHIN = 120


def kill_each(stack: Stack, ledger: Ledger, report: Report) -> None:
    """kill -9 of each service in turn, while referrals are made."""
    for service in KILLED:
        with report.showing(f"kill -9 of {service} while referrals come in") as claim:
            with Referring(ledger):
                _wait_for(ledger, BEFORE)
                stack.kill(service)
                _wait_for(ledger, AFTER)
            back = wait_until(
                HEALTHY_WITHIN, "all are healthy", lambda: _all_healthy(stack), pause=1
            )
            ledger.check()
            claim.note = f"{len(ledger.lines)} acknowledged, all kept; healthy {back:.0f} s later"


def refer_without_redis(stack: Stack, ledger: Ledger, report: Report) -> None:
    """With Redis away every referral is taken; the sweeps catch up when it is back."""
    with report.showing("Redis stopped: referrals are taken all the same") as claim:
        stack.compose("stop", "redis")
        ledger.refer()
        ledger.check()
        stack.up()
        claim.note = "and all healthy again"


def stop_and_start(stack: Stack, ledger: Ledger, report: Report) -> None:
    """Down, up: the data are kept, by keys that are kept."""
    with report.showing("Down and up again, with data and keys kept") as claim:
        stack.compose("down")
        stack.up()
        ledger.check()
        claim.note = f"{len(ledger.lines)} acknowledged referrals present, readable, on the clock"


def lose_everything(stack: Stack, ledger: Ledger, report: Report) -> None:
    """Every volume is lost; the two backups, kept apart, bring all of it back."""
    with (
        report.showing("Backed up, every volume removed, restored") as claim,
        tempfile.TemporaryDirectory() as place,
    ):
        data, keys = Path(place) / "pierhead.dump", Path(place) / "secrets.tar"
        stack.piped("exec", "-T", "db", "sh", "-c", DUMP, target=data)
        stack.piped(*KEEP, "-cf", "-", ".", target=keys)
        stack.compose("down", "--volumes")
        stack.piped(*KEEP, "-xf", "-", source=keys)
        stack.compose("run", "--rm", "-T", "migrate")
        stack.piped("exec", "-T", "db", "sh", "-c", RESTORE, source=data)
        stack.up()
        ledger.check()
        claim.note = f"{data.stat().st_size // 1024} KiB of data, keys apart; all readable"


def count_once(ledger: Ledger, others: int, report: Report) -> None:
    """Asking again with the same key made nothing twice."""
    with report.showing("Nothing was made twice by asking again") as claim:
        found = ledger.count()
        check(found == len(ledger.lines) + others, f"{found} referrals, not one a key")
        claim.note = f"{found} referrals"


def _wait_for(ledger: Ledger, more: int) -> None:
    enough = len(ledger.lines) + more
    wait_until(90, "referrals are acknowledged", lambda: len(ledger.lines) >= enough)


def _all_healthy(stack: Stack) -> bool:
    return all(stack.is_healthy(service) for service in STAYING)
