"""Known answers for the hash of an entry, written by an implementation of the description alone."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from audit.chain import hash_of
from audit.models import AuditEntry
from tests.vault import reference

VECTORS = json.loads((Path(reference.__file__).parent / "vectors.json").read_text())["entries"]


def entry_of(vector):
    fields = dict(vector["fields"])
    at = datetime.fromisoformat(fields.pop("at"))
    return AuditEntry(**fields, at=at, prev_hash=bytes.fromhex(vector["prev_hash"]))


@pytest.mark.parametrize("vector", VECTORS)
def test_hash_of_writes_the_known_answer_and_so_does_the_reference(vector):
    assert hash_of(entry_of(vector)).hex() == vector["hash"]
    assert (
        reference.entry_hash(vector["fields"], bytes.fromhex(vector["prev_hash"])).hex()
        == (vector["hash"])
    )


def test_the_same_instant_in_another_zone_has_the_same_hash():
    there = entry_of(VECTORS[0])
    there.at = there.at.astimezone(timezone(timedelta(hours=5, minutes=45)))

    assert hash_of(there).hex() == VECTORS[0]["hash"]


@pytest.mark.parametrize("name", VECTORS[1]["fields"])
def test_every_field_counts(name):
    entry = entry_of(VECTORS[1])
    before = getattr(entry, name)
    others = {int: 7, str: "x", list: ["person"], datetime: datetime(2026, 1, 1).astimezone()}

    setattr(entry, name, others[type(before)])

    assert hash_of(entry).hex() != VECTORS[1]["hash"]
    setattr(entry, name, before)
    assert hash_of(entry).hex() == VECTORS[1]["hash"]


def test_where_a_word_ends_counts():
    first, second = entry_of(VECTORS[1]), entry_of(VECTORS[1])
    first.object_type, first.object_id = "case", "PH-1"
    second.object_type, second.object_id = "casePH", "-1"
    third = entry_of(VECTORS[1])
    third.compartments = ["person", "incident"]
    fourth = entry_of(VECTORS[1])
    fourth.compartments = ["personincident"]

    hashes = {hash_of(each) for each in (first, second, third, fourth)}

    assert len(hashes) == 4
