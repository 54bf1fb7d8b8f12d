"""The steps of each change, each short enough for a transaction of its own."""

from uuid import UUID

from django.contrib.postgres.functions import TransactionNow

from vault import making
from vault.keyd import Keyd
from vault.keypairs import KeySuite
from vault.models import AgencyKey, BlindIndexKey, CaseKeyChange, SigningKey
from vault.providers import KeyProvider
from vault.rotation import MARGIN, Batch, Sealed, StillInUse, room, versions


class AgencyChange:
    """A new key pair of one agency: what was sealed to the old is sealed to it."""

    def __init__(self, agency_id: int) -> None:
        self.agency_id = agency_id
        self.rows = AgencyKey.objects.filter(agency_id=agency_id)

    def begin(self, provider: KeyProvider, suite: KeySuite) -> None:
        """Another version, unless a change is under way."""
        if not versions.is_changing(self.rows):
            version = versions.newest(self.rows) + 1
            making.add_agency_key(provider, self.agency_id, version, suite)
        versions.retire_older(self.rows)

    def reseal(self, keyd: Keyd, table: Sealed, *, after: UUID | None, most: int) -> Batch:
        """Move some rows of one table."""
        newest = versions.newest(self.rows)
        return table.reseal(keyd, self.agency_id, newest, after=after, most=most)

    def left(self) -> int:
        """What is sealed to an older version."""
        newest = versions.newest(self.rows)
        return sum(each.left(self.agency_id, newest) for each in room().sealed)

    def destroy(self) -> int:
        """The old private keys. StillInUse while anything is sealed to one."""
        for each in room().sealed:
            each.hold_still()
        if left := self.left():
            raise StillInUse(f"{left} are still sealed to it. First: vault rotate agency.")
        return versions.destroy_older(self.rows)


class IndexChange:
    """A new index key of one agency for one purpose: written beside the old, then read alone."""

    def __init__(self, agency_id: int, purpose: str) -> None:
        self.agency_id, self.purpose = agency_id, purpose
        self.rows = BlindIndexKey.objects.filter(agency_id=agency_id, purpose=purpose)

    def begin(self, provider: KeyProvider) -> None:
        """Another version, unless a change is under way. Both are written and read from now on."""
        if not versions.is_changing(self.rows):
            version = versions.newest(self.rows) + 1
            making.add_index_key(provider, self.agency_id, self.purpose, version)

    def left(self) -> int:
        """Tags of the old version without one of the new."""
        return room().tagged.left(self.agency_id, self.purpose, versions.newest(self.rows))

    def retag(self, keyd: Keyd, *, after: UUID | None, most: int) -> Batch:
        """Make some of them."""
        index = (self.agency_id, self.purpose, versions.newest(self.rows))
        return room().tagged.retag(keyd, index, after=after, most=most)

    def switch(self) -> bool:
        """Write and read the new version alone, once every process knows it and nothing is left."""
        known = self.rows.filter(
            version=versions.newest(self.rows), created_at__lt=TransactionNow() - MARGIN
        )
        if self.left() or not known.exists():
            return False
        versions.retire_older(self.rows)
        return True

    def destroy(self) -> int:
        """The old tags and key. StillInUse while a tag has no successor or the old is read."""
        if left := self.left():
            raise StillInUse(f"{left} tags have no successor yet. First: vault rotate index.")
        if versions.older(self.rows).filter(retired_at=None).exists():
            raise StillInUse("It is still read. Run vault rotate index again to switch over.")
        gone = versions.destroy_older(self.rows)
        room().tagged.drop(self.agency_id, self.purpose, versions.newest(self.rows))
        return gone


class SigningChange:
    """A new signing key. What the old one signed goes on to hold: its public half stays."""

    def __init__(self, purpose: str) -> None:
        self.purpose = purpose
        self.rows = SigningKey.objects.filter(purpose=purpose)

    def begin(self, provider: KeyProvider) -> None:
        """Another version, unless a change is under way."""
        if not versions.is_changing(self.rows):
            making.add_signing_key(provider, self.purpose, versions.newest(self.rows) + 1)
        versions.retire_older(self.rows)

    def destroy(self) -> int:
        """The old private halves."""
        return versions.destroy_older(self.rows)


class CaseChange:
    """Other keys for every case an agency works on, case by case."""

    def __init__(self, agency_id: int) -> None:
        self.agency_id = agency_id

    def left(self) -> int:
        """How many cases are to come: all of them if no change is under way."""
        after = CaseKeyChange.objects.filter(agency_id=self.agency_id, ended_at=None)
        last = after.values_list("last_case", flat=True).first()
        return len(room().cases.ids_of(self.agency_id, after=last, most=10_000_000))

    def renew(self, most: int) -> int:
        """The next few cases, and a note of how far that got; none left ends the change."""
        change, _ = CaseKeyChange.objects.select_for_update().get_or_create(
            agency_id=self.agency_id, ended_at=None
        )
        due = room().cases.ids_of(self.agency_id, after=change.last_case, most=most)
        for case_id in due:
            room().cases.renew(case_id)
            change.last_case = case_id
        if not due:
            change.ended_at = TransactionNow()
        change.save()
        return len(due)
