"""After a restore: doing again what the backup is too old to know. Run by the database's owner."""

from collections.abc import Iterable, Mapping
from typing import Final

from django.db import connection
from django.utils import timezone

from accounts.models import Agency
from audit.recording import record
from directory.retention import LedgerKind
from referrals import consent
from referrals.models import ConsentEntry
from retention.ledger_file import Line
from retention.models import LedgerLine, Tombstone
from visits.standing_down import end_without_access

_SHUT: Final = "SELECT referrals_shut(%(case_id)s, %(agency_id)s, %(at)s, true)"
_AGAIN: Final[Mapping[str, str]] = {
    LedgerKind.ENDED: _SHUT,
    LedgerKind.NARROWED: _SHUT,
    LedgerKind.DISPOSED: "SELECT retention_forget(%(case_id)s, %(agency_id)s, %(at)s)",
}


def unknown(lines: Iterable[Line]) -> list[Line]:
    """Those that the database does not have, in order."""
    lines = list(lines)
    ours = LedgerLine.objects.filter(case_id__in={line.case_id for line in lines})
    known = set(ours.values_list("kind", "case_id", "agency_id", "at"))
    return [line for line in lines if line.said not in known]


def lost(lines: Iterable[Line]) -> int:
    """How many that were copied out are not among the file's: its end is gone, or it is an older
    file."""
    copied = LedgerLine.objects.exclude(copied_at=None)
    ours = copied.values_list("kind", "case_id", "agency_id", "at")
    return len(set(ours) - {line.said for line in lines})


def replay(lines: Iterable[Line]) -> list[Line]:
    """Do again what is unknown, all of it or nothing; what was done.

    An agency that had lost parts of a case loses all of it: which parts is not in the ledger, and
    whoever shares with it again knows. Where she took something back, no answer of hers about it
    stands, so that nothing is taken that waits for it. What the others hold is sealed anew when
    they next open it.
    """
    missing = unknown(lines)
    _keep(missing)
    for line in missing:
        if line.kind == LedgerKind.ERASED:
            _erase(line)
        elif line.kind == LedgerKind.WITHDRAWN:
            _withdraw(line)
        else:
            _run(_AGAIN[line.kind], line)
            end_without_access(line.case_id, at=line.at)
    record("restore.replay", about=("ledger", len(missing)))
    return missing


def _keep(missing: list[Line]) -> None:
    """The lines themselves, under ids of this database."""
    now = timezone.now()
    LedgerLine.objects.bulk_create(
        LedgerLine(
            kind=line.kind,
            case_id=line.case_id,
            agency_id=line.agency_id,
            reason=line.reason,
            at=line.at,
            copied_at=now,
            replayed_at=now,
        )
        for line in missing
    )


def _withdraw(line: Line) -> None:
    """Enter that her answer stands no longer, for whoever took it: by whom it was withdrawn is not
    in the ledger."""
    answers = ConsentEntry.objects.filter(case_id=line.case_id, recipient_id=line.agency_id)
    given = answers.select_related("taken_by").order_by("-taken_at", "-id").first()
    if given is not None and given.withdraws_id is None:
        consent.withdrawn(given, by=given.taken_by, at=line.at)


def _erase(line: Line) -> None:
    called = _run("SELECT retention_erase(%(case_id)s)", line)
    if not Agency.objects.filter(pk=line.agency_id).exists():
        return  # it joined after the backup, and nothing can name it
    Tombstone.objects.get_or_create(
        case_id=line.case_id,
        defaults={
            "references": called,
            "agency_id": line.agency_id,
            "reason": line.reason,
            "erased_at": line.at,
        },
    )


def _run(statement: str, line: Line) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(statement, line._asdict())
        return list(cursor.fetchone()[0] or [])
