"""The evidence as lines of JSON that ``audit/standalone_verifier.py`` checks without this house."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from audit.chain import FIELDS
from audit.checkpoints import INSTANT, claims_of, public_keys
from audit.models import AuditEntry, ChainHead


def lines(agencies: Iterable[int]) -> Iterator[str]:
    """Public keys, then chain by chain its entries, its checkpoints and its head."""
    for key_id, public in public_keys().items():
        yield _line({"kind": "key", "key": key_id, "public_key": public.hex()})
    for agency_id in agencies:
        entries = AuditEntry.objects.filter(agency_id=agency_id).order_by("seq", "at")
        for entry in entries.iterator(chunk_size=2000):
            yield _line(_of(entry))
        for claim in claims_of(agency_id):
            yield _line(claim.to_line())
        for head in ChainHead.objects.filter(agency_id=agency_id):
            hex_hash = bytes(head.entry_hash).hex()
            yield _line({"kind": "head", "agency": agency_id, "seq": head.seq, "hash": hex_hash})


def _of(entry: AuditEntry) -> dict[str, Any]:
    said = {field: _plain(getattr(entry, field)) for field in FIELDS}
    hashes = {name: bytes(getattr(entry, name)).hex() for name in ("prev_hash", "entry_hash")}
    return {"kind": "entry", **said, **hashes}


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).strftime(INSTANT) if isinstance(value, datetime) else value


def _line(words: dict[str, Any]) -> str:
    return json.dumps(words, ensure_ascii=True, separators=(",", ":"))
