"""Recomputing the chains: what a verifier does, in Python, apart from the SQL that wrote them."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from audit.checkpoints import INSTANT, Claim, claims_of, public_keys
from audit.models import AuditEntry, ChainHead

DOMAIN: Final = b"pierhead/audit/v1"
GENESIS: Final = bytes(32)
FIELDS: Final = (
    "agency_id",
    "seq",
    "at",
    "actor",
    "actor_role",
    "action",
    "object_type",
    "object_id",
    "compartments",
    "purpose",
    "decision",
    "reason",
    "request_id",
)
ALLOWED_SKEW: Final = timedelta(seconds=5)


@dataclass(frozen=True)
class Fault:
    """The first place where a chain is not what it says."""

    agency_id: int
    seq: int
    what: str

    def __str__(self) -> str:
        return f"Chain {self.agency_id}, entry {self.seq}: {self.what}."


def hash_of(entry: AuditEntry) -> bytes:
    """SHA-256 of the domain, each field behind its length (4 bytes), and the hash before."""
    words = b"".join(_behind_its_length(_word(getattr(entry, field))) for field in FIELDS)
    return hashlib.sha256(DOMAIN + words + bytes(entry.prev_hash)).digest()


def verify(
    agency_id: int, *, now: datetime, since: Claim | None = None, outside: Iterable[Claim] = ()
) -> Iterator[Fault]:
    """The faults of one chain: changed, missing, swapped or inserted entries, a false end, and
    whatever contradicts a checkpoint, the house's own or one that was held ``outside``.

    ``since`` spares the entries up to a checkpoint, which is believed if its signature holds.
    """
    seq, previous = (since.stand.seq, since.stand.entry_hash) if since else (0, GENESIS)
    held = [*claims_of(agency_id), *(each for each in outside if each.stand.agency_id == agency_id)]
    for claim, what in _faults_of_claims(held, now):
        yield Fault(agency_id, claim.stand.seq, what)
    claimed = _by_place(held, after=seq)
    entries = AuditEntry.objects.filter(agency_id=agency_id, seq__gt=seq).order_by("seq", "at")
    for entry in entries.iterator(chunk_size=2000):
        for what in _faults_of(entry, seq + 1, previous, now):
            yield Fault(agency_id, entry.seq, what)
        if claimed.pop(entry.seq, entry_hash := bytes(entry.entry_hash)) != entry_hash:
            yield Fault(agency_id, entry.seq, "is not what a checkpoint says")
        seq, previous = entry.seq, entry_hash
    for place in sorted(claimed):
        yield Fault(agency_id, place, "is in a checkpoint and not in the chain")
    head = ChainHead.objects.filter(agency_id=agency_id).first()
    if (head.seq, bytes(head.entry_hash)) != (seq, previous) if head else seq > 0:
        yield Fault(agency_id, seq, "the chain's head does not match its last entry")


def chains() -> Iterable[int]:
    """The agencies that have a chain, by head or by entry."""
    heads = set(ChainHead.objects.values_list("agency_id", flat=True))
    return sorted(heads | set(AuditEntry.objects.values_list("agency_id", flat=True).distinct()))


def _by_place(claims: Iterable[Claim], *, after: int) -> dict[int, bytes]:
    """The hash each place is to have; two that differ leave one that nothing matches."""
    places: dict[int, set[bytes]] = defaultdict(set)
    for claim in claims:
        if claim.stand.seq > after:
            places[claim.stand.seq].add(claim.stand.entry_hash)
    return {seq: hashes.pop() if len(hashes) == 1 else b"" for seq, hashes in places.items()}


def _faults_of_claims(claims: Iterable[Claim], now: datetime) -> Iterator[tuple[Claim, str]]:
    keys = public_keys()
    for claim in claims:
        if not claim.is_signed_by(keys):
            yield claim, "has a checkpoint that no key of the house signed"
        if claim.at > now + ALLOWED_SKEW:
            yield claim, "has a checkpoint from the future"


def _faults_of(entry: AuditEntry, seq: int, previous: bytes, now: datetime) -> Iterator[str]:
    if entry.seq == seq - 1:
        yield "stands at a place that is taken: the chain forks"
    elif entry.seq != seq:
        yield f"expected entry {seq}"
    if bytes(entry.prev_hash) != previous:
        yield "does not follow the entry before it"
    if bytes(entry.entry_hash) != hash_of(entry):
        yield "was changed after it was written"
    if entry.at > now + ALLOWED_SKEW:
        yield "lies in the future"


def _word(value: object) -> bytes:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime(INSTANT).encode()
    if isinstance(value, list):
        return b"".join(_behind_its_length(str(part).encode()) for part in value)
    return str(value).encode()


def _behind_its_length(word: bytes) -> bytes:
    return len(word).to_bytes(4, "big") + word
