"""What is sealed to an agency's key pair, sealed to a newer one. For the owner of the database.

No word of a case is opened for it, only the keys inside a bundle, which are sealed again at once.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from referrals.models import Bundle, ErasureKey, GivenContact
from vault.bundles import SealedBundle
from vault.errors import CannotOpen
from vault.keyd import Keyd
from vault.rotation import Batch


@dataclass(frozen=True)
class SealedTable:
    """A table with bundles, and the column that says whose each is."""

    rows: type[Bundle | GivenContact]
    table: str
    whose: str

    def left(self, agency_id: int, newest: int) -> int:
        """How many are sealed to an older version."""
        return self._due(agency_id, newest).count()

    def reseal(
        self, keyd: Keyd, agency_id: int, newest: int, *, after: UUID | None, most: int
    ) -> Batch:
        """Seal some of them to the newest. What somebody is just removing is left to them."""
        due = self._due(agency_id, newest).order_by("pk")
        if after:
            due = due.filter(pk__gt=after)
        chosen: list[Bundle | GivenContact] = list(due.select_for_update(skip_locked=True)[:most])
        moved = sum(_resealed(row, keyd, agency_id) for row in chosen)
        return Batch(moved, chosen[-1].pk if chosen else None)

    def hold_still(self) -> None:
        """Let nobody add a row before the end of the transaction; reading goes on."""
        with connection.cursor() as cursor:
            cursor.execute(f'LOCK TABLE "{self.table}" IN SHARE ROW EXCLUSIVE MODE')

    def _due(self, agency_id: int, newest: int) -> QuerySet[Bundle] | QuerySet[GivenContact]:
        return self.rows.objects.filter(**{self.whose: agency_id, "key_version__lt": newest})


def _resealed(row: Bundle | GivenContact, keyd: Keyd, agency_id: int) -> bool:
    erasure = ErasureKey.objects.filter(case=row.case_id).first()
    if erasure is None:
        return False
    stored = SealedBundle(row.epoch, bytes(row.sealed), row.key_version, bytes(row.signature))
    try:
        keys = keyd.open_bundles(row.case_id, agency_id, [stored], bytes(erasure.key))
    except CannotOpen:
        return False
    made = keyd.seal_bundle(
        keys,
        case_id=row.case_id,
        agency_id=agency_id,
        epoch=row.epoch,
        erasure_key=bytes(erasure.key),
    )
    row.sealed, row.signature, row.key_version = made.sealed, made.signature, made.key_version
    row.save(update_fields=["sealed", "signature", "key_version"])
    return True
