"""The key service: what it seals opens for whom it was sealed, and for nobody who edits rows."""

import hashlib
from itertools import product
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Concat

from tests.vault import reference
from vault import making
from vault.bundles import BundleContext, signed_parts
from vault.envelope import FieldContext, open_field, seal_field
from vault.errors import CannotOpen, KeyMissing
from vault.inline import InlineKeyd
from vault.keypairs import KeySuite, PrivateKey
from vault.making import add_agency_key, add_index_key
from vault.models import AgencyKey, BlindIndexKey, HouseKey, SigningKey
from vault.providers.local import LocalProvider
from vault.root import RootKey
from vault.signing import Signature, sign

pytestmark = pytest.mark.django_db

CASE, OTHER_CASE = UUID(int=1), UUID(int=2)
RECEIVER, STRANGER = 900_001, 900_002


@pytest.fixture
def erasure_key(keyd):
    return keyd.new_erasure_key()


@pytest.fixture(autouse=True)
def _agencies(keyd):
    for agency_id in (RECEIVER, STRANGER):
        keyd.make_agency_keys(agency_id)


def sealed(keyd, erasure_key, epoch=1, agency_id=RECEIVER):
    keys = keyd.new_case_keys(["identity", "contact"], epoch)
    bundle = keyd.seal_bundle(
        keys, case_id=CASE, agency_id=agency_id, epoch=epoch, erasure_key=erasure_key
    )
    return keys, bundle


def test_make_agency_keys_makes_one_of_each_and_a_second_time_nothing(keyd):
    rows = [AgencyKey, BlindIndexKey, SigningKey, HouseKey]
    before = [list(row.objects.order_by("pk").values_list()) for row in rows]

    keyd.make_agency_keys(RECEIVER)

    assert [list(row.objects.order_by("pk").values_list()) for row in rows] == before
    assert AgencyKey.objects.filter(agency_id=RECEIVER).count() == 1
    purposes = BlindIndexKey.objects.filter(agency_id=RECEIVER).values_list("purpose", flat=True)
    assert sorted(purposes) == ["crime_ref", "name_dob", "phone"]


def test_open_bundles_gives_back_the_keys_of_every_epoch(keyd, erasure_key):
    first, first_bundle = sealed(keyd, erasure_key, epoch=1)
    second, second_bundle = sealed(keyd, erasure_key, epoch=2)

    keys = keyd.open_bundles(CASE, RECEIVER, [first_bundle, second_bundle], erasure_key)

    assert keys == {**first, **second}
    assert sorted(keys) == [("contact", 1), ("contact", 2), ("identity", 1), ("identity", 2)]


def test_open_bundles_refuses_any_other_case_agency_epoch_version_or_erasure_key(
    keyd, erasure_key, caplog
):
    keys, bundle = sealed(keyd, erasure_key)
    attempts = [
        (OTHER_CASE, RECEIVER, bundle, erasure_key),
        (CASE, STRANGER, bundle, erasure_key),
        (CASE, RECEIVER, bundle._replace(epoch=2), erasure_key),
        (CASE, RECEIVER, bundle._replace(key_version=2), erasure_key),
        (CASE, RECEIVER, bundle, keyd.new_erasure_key()),
        (CASE, RECEIVER, bundle._replace(signature=b""), erasure_key),
        (CASE, RECEIVER, bundle._replace(signature=bundle.signature[:-1]), erasure_key),
        (CASE, RECEIVER, bundle._replace(sealed=bundle.sealed + b"\x00"), erasure_key),
    ]

    for case_id, agency_id, changed, key in attempts:
        with pytest.raises(CannotOpen):
            keyd.open_bundles(case_id, agency_id, [changed], key)

    assert keyd.open_bundles(CASE, RECEIVER, [bundle], erasure_key) == keys
    assert len(caplog.messages) == len(attempts)


def test_one_foreign_bundle_fails_them_all(keyd, erasure_key):
    _, ours = sealed(keyd, erasure_key)
    _, theirs = sealed(keyd, erasure_key, agency_id=STRANGER)

    with pytest.raises(CannotOpen):
        keyd.open_bundles(CASE, RECEIVER, [ours, theirs], erasure_key)


def test_what_is_written_later_opens_with_no_earlier_bundle(keyd, erasure_key):
    """Each epoch's bundle against each epoch's writing: only the same epoch opens."""
    epochs = [1, 2, 3]
    made = {epoch: sealed(keyd, erasure_key, epoch) for epoch in epochs}
    opens = []

    for bundled, written in product(epochs, epochs):
        place = FieldContext(str(CASE), "identity", "name", "1", 1, written)
        envelope = seal_field(made[written][0]["identity", written], "Siân".encode(), place)
        held = keyd.open_bundles(CASE, RECEIVER, [made[bundled][1]], erasure_key)
        for key in held.values():
            try:
                open_field(key, envelope, place)
            except CannotOpen:
                continue
            opens.append((bundled, written))

    assert opens == [(1, 1), (2, 2), (3, 3)]


def forged(case_id, signer, keys, erasure_key):
    """What someone who may write to the database can put in a bundle's place."""
    row = AgencyKey.objects.get(agency_id=RECEIVER)
    context = BundleContext(str(case_id), str(RECEIVER), 1, row.version)
    public = PrivateKey.generate(KeySuite(row.suite)).public.from_raw(
        KeySuite(row.suite), bytes(row.public_key)
    )
    inner = public.seal(
        reference.payload(keys), info=b"pierhead/v1/bundle" + reference.lp("bundle", *context)
    )
    outer = reference.seal(
        erasure_key,
        b"s" * 32,
        b"\x01\x01",
        b"pierhead/v1/bundle/erasure",
        reference.lp("bundle", *context),
        inner,
    )
    statement = [1, *signed_parts(context, outer)]
    return outer, Signature(sign(signer, "pierhead/v1/sign/grants", statement), 1).to_bytes()


def test_a_bundle_written_into_the_database_by_another_hand_is_refused(keyd, erasure_key, provider):
    """The attacker knows every format and the erasure key; only our signing key is missing."""
    _, bundle = sealed(keyd, erasure_key)
    planted = {("identity", 1): b"attacker's own key, known to him"}
    row = SigningKey.objects.get(purpose="grants")
    context = {"purpose": "grants", "version": "1"}
    ours = Ed25519PrivateKey.from_private_bytes(
        provider.unwrap("signing-key", context, bytes(row.wrapped_key))
    )
    results = {}

    for name, signer in {"attacker": Ed25519PrivateKey.generate(), "control": ours}.items():
        outer, signature = forged(CASE, signer, planted, erasure_key)
        swapped = bundle._replace(sealed=outer, signature=signature)
        try:
            results[name] = keyd.open_bundles(CASE, RECEIVER, [swapped], erasure_key)
        except CannotOpen:
            results[name] = "refused"

    assert results == {"attacker": "refused", "control": planted}


def test_a_signing_key_put_in_place_of_ours_vouches_for_nothing(keyd, erasure_key):
    """The attacker's public key in our row, and a bundle signed with its private half."""
    _, bundle = sealed(keyd, erasure_key)
    theirs = Ed25519PrivateKey.generate()
    public = theirs.public_key().public_bytes_raw()
    SigningKey.objects.filter(purpose="grants").update(public_key=public)
    outer, signature = forged(CASE, theirs, {("identity", 1): b"k" * 32}, erasure_key)

    with pytest.raises(CannotOpen):
        keyd.open_bundles(
            CASE, RECEIVER, [bundle._replace(sealed=outer, signature=signature)], erasure_key
        )


def test_the_signature_on_a_bundle_covers_all_that_places_it(keyd, erasure_key):
    _, bundle = sealed(keyd, erasure_key)
    row = SigningKey.objects.get(purpose="grants")
    statement = [1, str(CASE), str(RECEIVER), 1, 1, hashlib.sha256(bundle.sealed).digest()]

    public = Ed25519PublicKey.from_public_bytes(bytes(row.public_key))

    assert bundle.signature[:4] == b"\x00\x00\x00\x01"
    public.verify(bundle.signature[4:], reference.lp("pierhead/v1/sign/grants", *statement))


def test_an_agency_key_put_in_place_of_ours_is_sealed_to_by_nobody(keyd, erasure_key):
    theirs = PrivateKey.generate(KeySuite.XWING).public.raw
    AgencyKey.objects.filter(agency_id=RECEIVER).update(public_key=theirs)

    with pytest.raises(CannotOpen):
        sealed(keyd, erasure_key)

    assert sealed(keyd, erasure_key, agency_id=STRANGER)


def test_an_agency_key_relabelled_as_another_suite_is_sealed_to_by_nobody(keyd, erasure_key):
    AgencyKey.objects.filter(agency_id=RECEIVER).update(suite="x25519")

    with pytest.raises(CannotOpen):
        sealed(keyd, erasure_key)


def test_another_agencys_public_key_and_signature_are_sealed_to_by_nobody(keyd, erasure_key):
    other = AgencyKey.objects.get(agency_id=STRANGER)
    AgencyKey.objects.filter(agency_id=RECEIVER).update(
        public_key=other.public_key, signature=other.signature
    )

    with pytest.raises(CannotOpen):
        sealed(keyd, erasure_key)


@pytest.mark.parametrize("rows", [AgencyKey, BlindIndexKey])
def test_a_wrapped_key_moved_to_another_agency_does_not_unwrap(keyd, erasure_key, rows):
    _, bundle = sealed(keyd, erasure_key)
    uses = {
        AgencyKey: lambda: keyd.open_bundles(CASE, RECEIVER, [bundle], erasure_key),
        BlindIndexKey: lambda: keyd.tag(RECEIVER, "phone", ["+447700900123"]),
    }
    assert uses[rows]()
    for mine in rows.objects.filter(agency_id=RECEIVER):
        named = {"purpose": mine.purpose} if rows is BlindIndexKey else {}
        theirs = rows.objects.get(agency_id=STRANGER, **named)
        rows.objects.filter(pk=mine.pk).update(wrapped_key=theirs.wrapped_key)

    with pytest.raises(CannotOpen):
        uses[rows]()


def test_seal_bundle_and_tag_say_when_an_agency_has_no_keys(keyd, erasure_key):
    with pytest.raises(KeyMissing):
        sealed(keyd, erasure_key, agency_id=900_009)
    with pytest.raises(KeyMissing):
        keyd.tag(900_009, "phone", ["+447700900123"])
    with pytest.raises(KeyMissing):
        keyd.tag(RECEIVER, "shoe_size", ["5"])
    with pytest.raises(KeyMissing):
        keyd.tags(900_009, "phone", ["+447700900123"])


def test_check_offer_holds_for_what_was_signed_and_nothing_else(keyd):
    signature = keyd.sign_offer(["PH-1", "identity", "contact"])

    keyd.check_offer(["PH-1", "identity", "contact"], signature)
    for parts in (["PH-1", "identity"], ["PH-1", "identitycontact"], ["PH-2"], []):
        with pytest.raises(CannotOpen):
            keyd.check_offer(parts, signature)
    for changed in (signature._replace(key_version=2), signature._replace(value=b"")):
        with pytest.raises(CannotOpen):
            keyd.check_offer(["PH-1", "identity", "contact"], changed)


def test_a_signature_on_an_offer_is_none_on_a_grant(keyd, erasure_key):
    """The same parts, signed with the key for the other purpose."""
    _, bundle = sealed(keyd, erasure_key)
    context = BundleContext(str(CASE), str(RECEIVER), 1, bundle.key_version)
    parts = signed_parts(context, bundle.sealed)

    signature = keyd.sign_offer(parts).to_bytes()

    with pytest.raises(CannotOpen):
        keyd.open_bundles(CASE, RECEIVER, [bundle._replace(signature=signature)], erasure_key)


def test_tag_differs_by_agency_and_purpose_and_not_by_day(keyd, clock):
    parts = ["+447700900123"]
    tags = {
        keyd.tag(RECEIVER, "phone", parts),
        keyd.tag(STRANGER, "phone", parts),
        keyd.tag(RECEIVER, "crime_ref", parts),
    }

    clock.now += 86_400

    assert len(tags) == 3
    assert keyd.tag(RECEIVER, "phone", parts) in tags
    assert keyd.index_key_version(RECEIVER, "phone") == 1


def test_tags_are_of_every_live_version_and_of_no_retired_one(keyd, provider, clock):
    parts = ["+447700900123"]
    assert keyd.tags(RECEIVER, "phone", parts) == {1: keyd.tag(RECEIVER, "phone", parts)}
    add_index_key(provider, RECEIVER, "phone", 2)

    both = keyd.tags(RECEIVER, "phone", parts)

    assert list(both) == [2, 1]
    assert both[2] == keyd.tag(RECEIVER, "phone", parts) != both[1]
    BlindIndexKey.objects.filter(agency_id=RECEIVER, version=1).update(
        retired_at="2026-01-01T00:00:00Z"
    )
    assert keyd.tags(RECEIVER, "phone", parts) == {2: both[2]}


@pytest.mark.parametrize("plaintext", [b"", b"JBSWY3DPEHPK3PXP", b"{}" * 5000])
def test_open_secret_gives_back_what_was_sealed_for_its_purpose_and_context(keyd, plaintext):
    secret = keyd.seal_secret("totp", "user 12", plaintext)

    assert keyd.open_secret("totp", "user 12", secret) == plaintext
    for purpose, context in (("totp", "user 13"), ("answer", "user 12"), ("totpuser 12", "")):
        with pytest.raises(CannotOpen):
            keyd.open_secret(purpose, context, secret)


def test_open_secret_refuses_everything_spoilt_in_one_way(keyd, caplog):
    secret = keyd.seal_secret("totp", "user 12", b"CANARY-4711")
    flipped = [secret[:at] + bytes([byte ^ 1]) + secret[at + 1 :] for at, byte in enumerate(secret)]
    spoilt = [*flipped, b"", secret[:4], secret[:5], secret[:-1]]

    for attempt in spoilt:
        with pytest.raises(CannotOpen):
            keyd.open_secret("totp", "user 12", attempt)

    assert len(caplog.messages) == len(spoilt)
    assert set(caplog.messages) <= {"A sealed secret was refused", "A sealed key was refused"}


def test_secrets_and_hashes_are_what_the_reference_writes(keyd, provider):
    keys = {
        row.purpose: provider.unwrap(
            "house-key", {"purpose": row.purpose, "version": "1"}, bytes(row.wrapped_key)
        )
        for row in HouseKey.objects.all()
    }

    secret = keyd.seal_secret("totp", "user 12", b"JBSWY3DPEHPK3PXP")
    hashed = keyd.keyed_hash("idempotency", b"{}")

    assert secret == reference.secret(
        keys["secrets"], secret[5:37], 1, "totp", "user 12", b"JBSWY3DPEHPK3PXP"
    )
    assert hashed == reference.keyed_hash(keys["hashes"], "idempotency", b"{}")
    assert hashed != keyd.keyed_hash("throttle", b"{}")


def test_the_houses_own_keys_are_made_when_first_needed(keyd, clock):
    HouseKey.objects.update(purpose=Concat(Value("gone "), "purpose"))
    SigningKey.objects.update(purpose=Concat(Value("gone "), "purpose"))
    clock.now += 300

    secret = keyd.seal_secret("totp", "user 12", b"seed")
    signature = keyd.sign_offer(["PH-1"])

    assert keyd.open_secret("totp", "user 12", secret) == b"seed"
    keyd.check_offer(["PH-1"], signature)


def let_settle():
    """As if the rows had been committed yesterday."""
    for rows in (AgencyKey, BlindIndexKey, SigningKey, HouseKey):
        rows.objects.update(created_at="2026-01-01T00:00:00Z")


def test_keys_are_read_once_in_five_minutes(keyd, erasure_key, clock, django_assert_num_queries):
    let_settle()
    clock.now += 300

    def work():
        _, bundle = sealed(keyd, erasure_key)
        keyd.open_bundles(CASE, RECEIVER, [bundle], erasure_key)
        keyd.tag(RECEIVER, "phone", ["+447700900123"])

    with django_assert_num_queries(5):
        work()
    clock.now += 299
    with django_assert_num_queries(0):
        work()
    clock.now += 1
    with django_assert_num_queries(5):
        work()


def test_keys_that_were_rolled_back_are_not_remembered(keyd, erasure_key):
    with transaction.atomic():
        keyd.make_agency_keys(900_003)
        sealed(keyd, erasure_key, agency_id=900_003)
        transaction.set_rollback(True)

    with pytest.raises(KeyMissing):
        sealed(keyd, erasure_key, agency_id=900_003)

    keyd.make_agency_keys(900_003)
    keys, bundle = sealed(keyd, erasure_key, agency_id=900_003)
    assert keyd.open_bundles(CASE, 900_003, [bundle], erasure_key) == keys


def test_a_retired_key_opens_and_is_sealed_to_no_more(keyd, erasure_key, provider):
    keys, bundle = sealed(keyd, erasure_key)
    AgencyKey.objects.filter(agency_id=RECEIVER).update(retired_at="2026-01-01T00:00:00Z")

    with pytest.raises(KeyMissing):
        sealed(keyd, erasure_key)

    assert keyd.open_bundles(CASE, RECEIVER, [bundle], erasure_key) == keys


def test_the_newest_key_is_sealed_to_and_the_older_still_opens(keyd, erasure_key, provider):
    old_keys, old = sealed(keyd, erasure_key)
    add_agency_key(provider, RECEIVER, 2, KeySuite.X25519)

    new_keys, new = sealed(keyd, erasure_key, epoch=2)

    assert (old.key_version, new.key_version) == (1, 2)
    opened = keyd.open_bundles(CASE, RECEIVER, [old, new], erasure_key)
    assert opened == {**old_keys, **new_keys}


def test_keys_of_one_database_are_not_used_in_another(
    keyd, clock, monkeypatch, django_assert_num_queries
):
    let_settle()
    clock.now += 300
    keyd.tag(RECEIVER, "phone", ["+447700900123"])
    monkeypatch.setitem(connection.settings_dict, "NAME", "another")

    with django_assert_num_queries(1):
        keyd.tag(RECEIVER, "phone", ["+447700900123"])


def test_everything_opens_after_the_root_was_replaced(keyd, erasure_key, root, clock):
    keys, bundle = sealed(keyd, erasure_key)
    secret = keyd.seal_secret("totp", "user 12", b"seed")
    new = RootKey(bytes(range(100, 132)))

    after = InlineKeyd(LocalProvider(new, root), suite=KeySuite.XWING, clock=clock)
    lost = InlineKeyd(LocalProvider(new), suite=KeySuite.XWING, clock=clock)

    assert after.open_bundles(CASE, RECEIVER, [bundle], erasure_key) == keys
    assert after.open_secret("totp", "user 12", secret) == b"seed"
    with pytest.raises(CannotOpen):
        lost.open_bundles(CASE, RECEIVER, [bundle], erasure_key)


def test_new_keys_are_random(keyd):
    keys = [*keyd.new_case_keys(["identity", "risk"], 1).values(), keyd.new_erasure_key()]

    assert len(set(keys)) == 3
    assert {len(key) for key in keys} == {32}


def test_healthcheck_is_the_providers(keyd):
    keyd.healthcheck()


@pytest.mark.django_db
def test_the_houses_keys_are_made_once_however_many_make_them(provider):
    """Two processes may need the first at one moment: the second finds it made."""
    for _ in range(2):
        making.add_signing_key(provider, "a purpose of the test", 1)
        making.add_house_key(provider, "a purpose of the test", 1)

    made = {"purpose": "a purpose of the test"}
    assert SigningKey.objects.filter(**made).count() == HouseKey.objects.filter(**made).count() == 1


def test_tags_of_two_agencies_and_purposes_are_remembered_apart(
    keyd, clock, django_assert_num_queries
):
    let_settle()
    clock.now += 300
    parts = ["+447700900123"]
    asked = [(RECEIVER, "phone"), (STRANGER, "phone"), (RECEIVER, "crime_ref")]

    first = [keyd.tags(*each, parts) for each in asked]

    assert len({tags[1] for tags in first}) == 3
    with django_assert_num_queries(0):
        assert [keyd.tags(*each, parts) for each in asked] == first


def test_what_an_older_key_signed_and_sealed_holds_beside_a_newer_one(keyd, provider, clock):
    offer, sealed_then = keyd.sign_offer(["PH-1"]), keyd.seal_secret("seed", "7", b"secret")
    making.add_signing_key(provider, "offers", 2)
    making.add_house_key(provider, "secrets", 2)
    clock.now += 300

    keyd.check_offer(["PH-1"], offer)
    assert keyd.open_secret("seed", "7", sealed_then) == b"secret"
    assert keyd.sign_offer(["PH-1"]).key_version == 2


def test_of_a_newer_key_that_was_retired_the_older_one_is_used(keyd, provider, erasure_key):
    add_agency_key(provider, RECEIVER, 2, KeySuite.X25519)
    AgencyKey.objects.filter(agency_id=RECEIVER, version=2).update(
        retired_at="2026-01-01T00:00:00Z"
    )

    _, bundle = sealed(keyd, erasure_key)

    assert bundle.key_version == 1
