"""Known answers, each reproduced by an independent implementation and read back by the vault."""

import json
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.vault import reference
from vault import blind_index, signing
from vault.bundles import BundleContext, open_bundle, seal_bundle
from vault.envelope import FieldContext, open_field, seal_field
from vault.keypairs import KeySuite, PrivateKey
from vault.providers.local import LocalProvider
from vault.root import RootKey

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text())
raw = bytes.fromhex


@pytest.mark.parametrize("vector", VECTORS["fields"])
def test_open_field_reads_the_known_answer(vector):
    context = FieldContext(*vector["context"])

    plaintext = open_field(raw(vector["key"]), raw(vector["envelope"]), context)

    assert plaintext == raw(vector["plaintext"])


@pytest.mark.parametrize("vector", VECTORS["fields"])
def test_reference_writes_the_known_answer(vector):
    envelope = reference.field(
        raw(vector["key"]), raw(vector["salt"]), vector["context"], raw(vector["plaintext"])
    )

    assert envelope.hex() == vector["envelope"]


@pytest.mark.parametrize("vector", VECTORS["fields"])
def test_seal_field_writes_what_the_reference_writes_for_its_salt(vector):
    key, plaintext = raw(vector["key"]), raw(vector["plaintext"])
    context = FieldContext(*vector["context"])

    envelope = seal_field(key, plaintext, context)

    assert envelope == reference.field(key, envelope[2:34], context, plaintext)


def test_a_name_of_28_bytes_is_stored_in_146():
    envelope = seal_field(b"k" * 32, b"n" * 28, FieldContext("c", "identity", "name", "r", 1, 1))

    assert len(envelope) == 146


@pytest.mark.parametrize("vector", VECTORS["bundles"])
def test_open_bundle_reads_the_known_answer(vector):
    private = PrivateKey.from_seeds(KeySuite(vector["suite"]), raw(vector["seeds"]))

    keys = open_bundle(
        raw(vector["bundle"]),
        private=private,
        erasure_key=raw(vector["erasure_key"]),
        context=BundleContext(*vector["context"]),
    )

    assert private.public.raw.hex() == vector["public"]
    assert keys == {(name, epoch): raw(key) for name, epoch, key in vector["keys"]}


@pytest.mark.parametrize("vector", VECTORS["bundles"])
def test_reference_opens_the_known_bundle_and_a_fresh_one(vector):
    seeds, erasure_key = raw(vector["seeds"]), raw(vector["erasure_key"])
    context = BundleContext(*vector["context"])
    keys = {(name, epoch): raw(key) for name, epoch, key in vector["keys"]}
    public = PrivateKey.from_seeds(KeySuite(vector["suite"]), seeds).public

    fresh = seal_bundle(keys, to=public, erasure_key=erasure_key, context=context)

    for bundle in (raw(vector["bundle"]), fresh):
        opened = reference.open_bundle(bundle, vector["suite"], seeds, erasure_key, context)
        assert opened == reference.payload(keys)


def test_unwrap_reads_the_known_answer_and_the_reference_writes_it():
    vector = VECTORS["wrapped"]
    root, key = RootKey(raw(vector["root"])), raw(vector["key"])
    named = (vector["purpose"], vector["context"])

    unwrapped = LocalProvider(root).unwrap(*named, raw(vector["wrapped"]))

    assert unwrapped == key
    assert root.key_id.hex() == vector["key_id"]
    assert (
        reference.wrapped(root.secret, raw(vector["salt"]), *named, key).hex()
        == (vector["wrapped"])
    )


def test_sign_writes_the_known_answer_and_so_does_the_reference():
    vector = VECTORS["signature"]
    seed = raw(vector["seed"])
    key = Ed25519PrivateKey.from_private_bytes(seed)

    signed = signing.sign(key, vector["domain"], vector["parts"])

    assert signed.hex() == vector["signature"]
    assert signed == reference.signature(seed, vector["domain"], vector["parts"])
    assert signing.holds(key.public_key(), vector["domain"], vector["parts"], signed)


@pytest.mark.parametrize("vector", VECTORS["tags"])
def test_tag_writes_the_known_answer_and_so_does_the_reference(vector):
    key = raw(vector["key"])

    made = blind_index.tag(key, vector["parts"])

    assert made.hex() == vector["tag"]
    assert made == reference.tag(key, vector["parts"])


def canonical(vector, spelling):
    if vector["purpose"] == "name_dob":
        return blind_index.canonical_name_dob(*spelling, date.fromisoformat(vector["born_on"]))
    made = {"phone": blind_index.canonical_phone, "crime_ref": blind_index.canonical_crime_ref}
    return made[vector["purpose"]](spelling)


@pytest.mark.parametrize("vector", VECTORS["spellings"])
def test_every_spelling_of_one_thing_has_the_known_tag(vector):
    key = raw(vector["key"])

    tags = {blind_index.tag(key, canonical(vector, each)).hex() for each in vector["spellings"]}
    others = {blind_index.tag(key[::-1], canonical(vector, each)) for each in vector["spellings"]}

    assert tags == {vector["tag"]}
    assert len(others) == 1
    assert others.isdisjoint(map(raw, tags))


def test_names_the_wrong_way_round_have_the_tag_of_the_swapped_parts():
    vector = VECTORS["spellings"][0]
    given, family = vector["spellings"][0]

    turned = canonical(vector, (family, given))

    made = blind_index.tag(raw(vector["key"]), blind_index.swapped_name_dob(turned))
    assert made.hex() == vector["tag"]
    assert blind_index.tag(raw(vector["key"]), turned).hex() != vector["tag"]


def test_reference_reads_back_the_vectors_of_the_house_keys():
    """The key service has no door for foreign keys; `test_keyd` compares it with this reference."""
    secret, hashed = VECTORS["secret"], VECTORS["keyed_hash"]

    sealed = reference.secret(
        raw(secret["key"]),
        raw(secret["salt"]),
        secret["version"],
        secret["purpose"],
        secret["context"],
        raw(secret["plaintext"]),
    )

    assert sealed.hex() == secret["sealed"]
    assert (
        reference.keyed_hash(raw(hashed["key"]), hashed["purpose"], raw(hashed["message"])).hex()
        == hashed["hash"]
    )
