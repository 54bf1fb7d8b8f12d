"""Checks exported evidence and needs nothing of the house that wrote it.

    python -I standalone_verifier.py EXPORT.jsonl [HELD.jsonl ...]

EXPORT is what ``manage.py audit export`` wrote; HELD are checkpoints that somebody else kept.
Exit 0: every chain holds. 1: the faults are printed. 2: that cannot be told.
"""

import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature  # noqa: TID251 -- no import of the house
from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: TID251 -- likewise
    Ed25519PublicKey,
)

FIELDS = ["agency_id", "seq", "at", "actor", "actor_role", "action", "object_type", "object_id"]
FIELDS += ["compartments", "purpose", "decision", "reason", "request_id"]
Line = dict[str, Any]


def lp(*words: bytes) -> bytes:
    return b"".join(len(word).to_bytes(4, "big") + word for word in words)


def word(value: object) -> bytes:
    if isinstance(value, list):
        return lp(*(part.encode() for part in value))
    return str(value).encode()


def hash_of(entry: Line) -> str:
    words = lp(*(word(entry[field]) for field in FIELDS))
    before = bytes.fromhex(entry["prev_hash"])
    return hashlib.sha256(b"pierhead/audit/v1" + words + before).hexdigest()


def is_signed(point: Line, keys: dict[str, str]) -> bool:
    public = bytes.fromhex(keys.get(point["key"], ""))
    said = [word(point[name]) for name in ("key", "agency", "seq")]
    said += [bytes.fromhex(point["hash"]), word(point["at"])]
    statement = lp(b"pierhead/v1/sign/audit-checkpoint", *said)
    try:
        key = Ed25519PublicKey.from_public_bytes(public)
        key.verify(bytes.fromhex(point["signature"]), statement)
    except (InvalidSignature, ValueError):
        return False
    return bool(hashlib.sha256(public).hexdigest()[:32] == point["key"])


def faults_of_points(points: list[Line], keys: dict[str, str], latest: str) -> Iterator[Any]:
    for point in points:
        if not is_signed(point, keys):
            yield point["seq"], "has a checkpoint that no key of the house signed"
        if point["at"] > latest:
            yield point["seq"], "has a checkpoint from the future"


def faults_of_entry(entry: Line, last: int, before: str, latest: str) -> Iterator[str]:
    seq, taken = entry["seq"], "stands at a place that is taken: the chain forks"
    if seq != last + 1:
        yield taken if seq == last else f"expected entry {last + 1}"
    if entry["prev_hash"] != before:
        yield "does not follow the entry before it"
    if entry["entry_hash"] != hash_of(entry):
        yield "was changed after it was written"
    if entry["at"] > latest:
        yield "lies in the future"


def faults(entries: list[Line], points: list[Line], head: Any, latest: str) -> Iterator[Any]:
    claimed, last, before = defaultdict(set), 0, "00" * 32
    for point in points:
        claimed[point["seq"]].add(point["hash"])
    for entry in sorted(entries, key=lambda each: (each["seq"], each["at"])):
        yield from ((entry["seq"], what) for what in faults_of_entry(entry, last, before, latest))
        last, before = entry["seq"], entry["entry_hash"]
        if claimed.pop(last, {before}) != {before}:
            yield last, "is not what a checkpoint says"
    yield from ((seq, "is in a checkpoint and not in the chain") for seq in sorted(claimed))
    if head != (last, before) if head else last > 0:
        yield last, "the chain's head does not match its last entry"


def main(export: str, *held: str) -> int:
    """Believes entries and keys from the export alone, and checkpoints from wherever they are."""
    latest = f"{datetime.now(UTC) + timedelta(seconds=5):%Y-%m-%dT%H:%M:%S.%fZ}"
    given = [json.loads(line) for line in Path(export).read_text("utf-8").splitlines()]
    kept = [json.loads(line) for path in held for line in Path(path).read_text().splitlines()]
    of = {kind: [line for line in given if line["kind"] == kind] for kind in ("key", "entry")}
    keys = {line["key"]: line["public_key"] for line in of["key"]}
    heads = {
        each["agency"]: (each["seq"], each["hash"]) for each in given if "head" in each["kind"]
    }
    points = [line for line in given + kept if line["kind"] == "checkpoint"]
    agencies = {line["agency_id"] for line in of["entry"]} | {each["agency"] for each in points}
    is_sound = True
    for who in sorted(agencies | set(heads)):
        ours = [each for each in points if each["agency"] == who]
        chain = [each for each in of["entry"] if each["agency_id"] == who]
        found = [
            *faults_of_points(ours, keys, latest),
            *faults(chain, ours, heads.get(who), latest),
        ]
        for seq, what in found:
            is_sound = False
            sys.stdout.write(f"Chain {who}, entry {seq}: {what}.\n")
    return 0 if is_sound else 1


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except (KeyError, OSError, TypeError, ValueError) as error:
        sys.stderr.write(f"Not checked: {type(error).__name__} {error}\n")
        sys.exit(2)
