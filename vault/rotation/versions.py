"""What all versioned keys have in common: beginning a change, and destroying what is old."""

from django.contrib.postgres.functions import TransactionNow
from django.db.models import Max, QuerySet

from vault.errors import KeyMissing
from vault.models import DESTROYED, AgencyKey, BlindIndexKey, SigningKey
from vault.rotation import MARGIN, StillInUse

Rows = QuerySet[AgencyKey] | QuerySet[BlindIndexKey] | QuerySet[SigningKey]


def newest(rows: Rows) -> int:
    """The newest version. KeyMissing when there never was one."""
    version: int | None = rows.aggregate(newest=Max("version"))["newest"]
    if version is None:
        raise KeyMissing("There is no such key: it was never made.")
    return version


def is_changing(rows: Rows) -> bool:
    """Whether an older version than the newest still has its secret."""
    return older(rows).exclude(wrapped_key=DESTROYED).exists()


def older(rows: Rows) -> Rows:
    """All versions but the newest."""
    return rows.filter(version__lt=newest(rows))


def retire_older(rows: Rows) -> None:
    """Nobody seals to, signs or tags with them from now on, but for what they remember."""
    older(rows).filter(retired_at=None).update(retired_at=TransactionNow())


def destroy_older(rows: Rows) -> int:
    """Destroy the secrets of all versions but the newest; how many there were.

    :raises StillInUse: while some process may still remember one as the newest.
    """
    due = older(rows).exclude(wrapped_key=DESTROYED)
    if due.exclude(retired_at__lt=TransactionNow() - MARGIN).exists():
        raise StillInUse(
            "It was in use a moment ago, and processes remember keys for minutes. Try again in "
            f"{MARGIN.seconds // 60} minutes."
        )
    return due.update(wrapped_key=DESTROYED)
