"""Checkpoints: signing where the chains stand, and what is said of it to others.

Signed by the notary (``manage.py audit sign --loop``), the one process besides the web that is
given the root key; ``docs/adr/0017-a-notary-signs.md`` says why it is neither web nor worker.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db import connection

from audit.models import Checkpoint
from tenancy.context import Context
from tenancy.work import unit_of_work
from vault.checkpoints import PURPOSE as KEY_PURPOSE
from vault.checkpoints import SignedStand, Stand, holds, key_id_of
from vault.keyd import get_keyd
from vault.models import SigningKey

EVERY: Final = timedelta(minutes=5)
MOST_ENTRIES: Final = 1000
INSTANT: Final = "%Y-%m-%dT%H:%M:%S.%fZ"


class NotACheckpoint(ValueError):
    """What somebody held out as a checkpoint cannot be read as one."""


@dataclass(frozen=True)
class Claim:
    """What a checkpoint says of a chain, from wherever it was read."""

    stand: Stand
    signed: SignedStand

    @property
    def at(self) -> datetime:
        """The moment it speaks of."""
        return datetime.strptime(self.stand.at, INSTANT).replace(tzinfo=UTC)

    def is_signed_by(self, keys: Mapping[str, bytes]) -> bool:
        """Whether one of these keys, by their ids, signed it."""
        public = keys.get(self.signed.key_id)
        return public is not None and holds(public, self.stand, self.signed)

    def to_line(self) -> dict[str, Any]:
        """As it is sent to holders, exported, and read by other people's verifiers."""
        return {
            "kind": "checkpoint",
            "agency": self.stand.agency_id,
            "seq": self.stand.seq,
            "hash": self.stand.entry_hash.hex(),
            "at": self.stand.at,
            "key": self.signed.key_id,
            "signature": self.signed.signature.hex(),
        }

    @classmethod
    def from_line(cls, line: Mapping[str, Any]) -> "Claim":
        """Read what :meth:`to_line` wrote.

        :raises NotACheckpoint: if it is something else.
        """
        try:
            entry_hash, proof = bytes.fromhex(line["hash"]), bytes.fromhex(line["signature"])
            stand = Stand(int(line["agency"]), int(line["seq"]), entry_hash, str(line["at"]))
            claim = cls(stand, SignedStand(str(line["key"]), proof))
            claim.at  # noqa: B018 -- an instant that cannot be read is no checkpoint either
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise NotACheckpoint(str(error)) from None
        return claim


def claim_of(row: Checkpoint) -> Claim:
    """What a stored checkpoint says."""
    at = row.at.astimezone(UTC).strftime(INSTANT)
    stand = Stand(row.agency_id, row.seq, bytes(row.entry_hash), at)
    return Claim(stand, SignedStand(row.key_id, bytes(row.signature)))


def claims_of(agency_id: int) -> Iterator[Claim]:
    """The stored checkpoints of a chain, in its order."""
    for row in Checkpoint.objects.filter(agency_id=agency_id).order_by("seq", "pk").iterator():
        yield claim_of(row)


def public_keys() -> dict[str, bytes]:
    """Every key the house ever signed checkpoints with, by its id."""
    rows = SigningKey.objects.filter(purpose=KEY_PURPOSE).values_list("public_key", flat=True)
    return {key_id_of(bytes(public)): bytes(public) for public in rows}


def sign_due(*, every: timedelta = EVERY, growth: int = MOST_ENTRIES) -> int:
    """Sign each chain that has grown by ``growth`` entries, or at all since ``every`` ago; how
    many. Running twice, or on two hosts, does no harm: a place is signed once."""
    with unit_of_work(Context.nobody()):
        return sum(_keep(stand, moment) for stand, moment in _due(every, growth))


def _due(every: timedelta, growth: int) -> list[tuple[Stand, datetime]]:
    with connection.cursor() as cursor:
        seconds = every.total_seconds()
        cursor.execute(
            "SELECT * FROM audit_heads_due(%s * interval '1 second', %s)", [seconds, growth]
        )
        rows = cursor.fetchall()
    return [
        (Stand(agency, seq, bytes(entry_hash), at.astimezone(UTC).strftime(INSTANT)), at)
        for agency, seq, entry_hash, at in rows
    ]


def _keep(stand: Stand, moment: datetime) -> bool:
    signed = get_keyd().sign_checkpoint(stand)
    agency_id, seq, entry_hash, _ = stand
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit_keep_checkpoint(%s, %s, %s, %s, %s, %s)",
            [agency_id, seq, entry_hash, moment, signed.key_id, signed.signature],
        )
        kept: bool = cursor.fetchone()[0]
    return kept
