"""A key service that is ill (fault F25): what was opened serves five minutes, then nothing opens.

Nobody waits longer than a few seconds, however many ask, and nothing of a case leaves meanwhile.
"""

import threading
import time
from dataclasses import replace
from uuid import UUID

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from django.db.models import Value
from django.db.models.functions import Concat
from moto import mock_aws

from tests.vault.roots import REGION, made_root
from tests.vault.transit_server import KEY, TOKEN, Running, Transit
from vault.errors import CannotOpen, KeyServiceAway, RootKeyRefused
from vault.inline import InlineKeyd
from vault.keypairs import KeySuite
from vault.models import AgencyKey, BlindIndexKey, HouseKey, SigningKey
from vault.providers.kms import KmsProvider
from vault.providers.patience import REST, Patience
from vault.providers.transit import TransitProvider, TransitSite
from vault.sealing import new_key

CONTEXT = {"agency_id": "900400", "version": "1"}
AGENCY, CASE = 900_400, UUID(int=7)


@pytest.fixture
def server():
    with Running(Transit()) as running:
        yield running


@pytest.fixture
def site(server, tmp_path):
    token = tmp_path / "token"
    token.write_text(TOKEN)
    return TransitSite(url=server.url, token_file=token, key=KEY)


@pytest.fixture
def transit(site, clock):
    return TransitProvider(site, Patience(clock=clock))


def wrapped(provider):
    return provider.wrap("agency-key", CONTEXT, new_key())


@pytest.mark.parametrize(
    ("illness", "said"),
    [
        ({"status": 500}, "HTTP 500"),
        ({"status": 503}, "HTTP 503"),
        ({"status": 429}, "HTTP 429"),
        ({"status": 302}, "HTTP 302"),
        ({"body": b"<html>maintenance</html>"}, "no answer we know"),
        ({"body": b'{"data": null}'}, "no answer we know"),
        ({"body": b'{"data"'}, "JSONDecodeError"),
        ({"body": b'{"data": {"ciphertext": "vault:v0:AA=="}}'}, "no ciphertext we know"),
    ],
)
def test_an_ill_service_is_away_and_says_so_in_one_line(
    transit, server, clock, caplog, illness, said
):
    key = wrapped(transit)
    for name, value in illness.items():
        setattr(server.engine, name, value)

    with pytest.raises(KeyServiceAway, match=r"^Keys cannot be opened for the moment\.$"):
        wrapped(transit)

    assert caplog.messages == [f"The key service did not answer: {said}"]
    server.engine.status, server.engine.body = 200, None
    clock.now += REST
    assert transit.unwrap("agency-key", CONTEXT, key)


def test_a_wrong_token_or_one_that_is_gone_is_away_and_a_new_one_is_read(
    transit, site, clock, caplog
):
    key = wrapped(transit)
    for spoil in (lambda: site.token_file.write_text("expired"), site.token_file.unlink):
        spoil()
        with pytest.raises(KeyServiceAway):
            transit.unwrap("agency-key", CONTEXT, key)
        clock.now += REST

    site.token_file.write_text(f"{TOKEN}\n")

    assert transit.unwrap("agency-key", CONTEXT, key)
    assert not [line for line in caplog.messages if "expired" in line or TOKEN in line]


def test_nobody_there_is_away(site, tmp_path):
    gone = TransitProvider(
        TransitSite(url="http://127.0.0.1:1", token_file=site.token_file, key=KEY)
    )

    with pytest.raises(KeyServiceAway):
        wrapped(gone)


def test_a_service_that_hangs_piles_up_no_threads(site, server):
    """Slow by ten seconds, asked by twenty-four threads at once: all have their answer in five."""
    transit = TransitProvider(site)
    key = wrapped(transit)
    server.engine.delay, server.engine.asked = 10.0, []
    start, ended = threading.Barrier(24), []

    def ask():
        start.wait()
        try:
            transit.unwrap("agency-key", CONTEXT, key)
        except KeyServiceAway:
            ended.append(time.monotonic())

    threads = [threading.Thread(target=ask) for _ in range(24)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=8)

    assert len(ended) == 24
    assert max(ended) - began < 5
    assert len(server.engine.asked) <= 4
    before = time.monotonic()
    with pytest.raises(KeyServiceAway):
        transit.unwrap("agency-key", CONTEXT, key)
    assert time.monotonic() - before < 0.5


def test_after_a_failure_the_service_rests_and_is_asked_again(transit, server, clock):
    key = wrapped(transit)
    server.engine.status = 500
    with pytest.raises(KeyServiceAway):
        transit.unwrap("agency-key", CONTEXT, key)
    server.engine.status, asked = 200, len(server.engine.asked)

    clock.now += REST - 0.1
    with pytest.raises(KeyServiceAway):
        transit.unwrap("agency-key", CONTEXT, key)
    assert len(server.engine.asked) == asked

    clock.now += 0.1
    assert transit.unwrap("agency-key", CONTEXT, key)


def test_who_finds_no_place_is_told_so_and_the_service_is_not_blamed():
    patience, inside, leave = Patience(at_once=1, answer_within=0.05), *events(2)

    def hold():
        with patience.asking():
            inside.set()
            leave.wait(timeout=5)

    holder = threading.Thread(target=hold)
    holder.start()
    assert inside.wait(timeout=5)
    with pytest.raises(KeyServiceAway), patience.asking():
        pytest.fail("There was no place.")
    leave.set()
    holder.join(timeout=5)

    with patience.asking():
        assert True


def events(count):
    return [threading.Event() for _ in range(count)]


def test_a_refusal_is_no_failure(transit, server):
    """Somebody who asks for the wrong thing must not shut the door for everybody."""
    key = wrapped(transit)

    for _ in range(3):
        with pytest.raises(CannotOpen):
            transit.unwrap("agency-key", {**CONTEXT, "agency_id": "8"}, key)

    assert transit.unwrap("agency-key", CONTEXT, key)


def test_a_transit_key_that_ignores_context_is_refused(tmp_path, site):
    with Running(Transit(derived=False)) as server:
        careless = TransitProvider(TransitSite(server.url, site.token_file, KEY))

        for ask in (
            wrapped,
            lambda root: root.unwrap("a", {}, b"x"),
            lambda root: root.rewrap("a", {}, b""),
        ):
            with pytest.raises(RootKeyRefused, match="does not derive"):
                ask(careless)


@pytest.mark.parametrize(
    "url", ["http://vault.example.org", "ftp://127.0.0.1", "vault.example.org"]
)
def test_a_token_goes_nowhere_in_the_clear(url, site):
    with pytest.raises(RootKeyRefused, match="https"):
        TransitProvider(TransitSite(url=url, token_file=site.token_file, key=KEY))


def test_a_namespace_is_named_to_the_service(site):
    spaced = TransitProvider(
        TransitSite(site.url, site.token_file, KEY, namespace="teams/pierhead")
    )

    assert wrapped(spaced)


@pytest.fixture
def kms(monkeypatch, clock):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield KmsProvider(REGION, made_root(), patience=Patience(clock=clock))


@pytest.mark.parametrize(
    "fault",
    [
        ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow"}}, "Decrypt"),
        ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "Encrypt"),
        ClientError({"Error": {"Code": "DisabledException"}}, "Encrypt"),
        ClientError({"Error": {"Code": "KMSInternalException"}}, "Decrypt"),
        ClientError({}, "Decrypt"),
        ReadTimeoutError(endpoint_url="https://kms.invalid"),
    ],
    ids=["throttled", "denied", "disabled", "internal", "nameless", "timeout"],
)
def test_kms_that_fails_is_away_and_comes_back(kms, clock, monkeypatch, fault):
    key = wrapped(kms)

    def fail(*_, **__):
        raise fault

    with monkeypatch.context() as ill:
        ill.setattr("botocore.client.BaseClient._make_api_call", fail)
        with pytest.raises(KeyServiceAway):
            wrapped(kms)

    clock.now += REST
    assert kms.unwrap("agency-key", CONTEXT, key)


def test_kms_that_denies_a_ciphertext_is_not_taken_for_an_outage(kms, monkeypatch):
    key = wrapped(kms)
    denied = ClientError({"Error": {"Code": "AccessDeniedException"}}, "Decrypt")

    def deny(*_, **__):
        raise denied

    with monkeypatch.context() as foreign:
        foreign.setattr("botocore.client.BaseClient._make_api_call", deny)
        with pytest.raises(CannotOpen):
            kms.unwrap("agency-key", CONTEXT, key)

    assert kms.unwrap("agency-key", CONTEXT, key)


@pytest.mark.django_db
def test_opened_keys_serve_five_minutes_of_an_outage_then_nothing_opens(transit, server, clock):
    keyd = InlineKeyd(transit, suite=KeySuite.XWING, clock=clock)
    house = InlineKeyd(transit, suite=KeySuite.XWING, clock=clock)
    settle(house)
    keys = keyd.new_case_keys(["identity"], 1)
    erasure_key = keyd.new_erasure_key()
    bundle = keyd.seal_bundle(
        keys, case_id=CASE, agency_id=AGENCY, epoch=1, erasure_key=erasure_key
    )
    assert keyd.open_bundles(CASE, AGENCY, [bundle], erasure_key) == keys

    server.engine.status = 500
    clock.now += 299
    assert keyd.open_bundles(CASE, AGENCY, [bundle], erasure_key) == keys
    clock.now += 1
    with pytest.raises(KeyServiceAway):
        keyd.open_bundles(CASE, AGENCY, [bundle], erasure_key)

    server.engine.status = 200
    clock.now += REST
    assert keyd.open_bundles(CASE, AGENCY, [bundle], erasure_key) == keys


def settle(keyd):
    """Keys of the service's own root, as if committed yesterday."""
    rows = [AgencyKey, BlindIndexKey, SigningKey, HouseKey]
    SigningKey.objects.update(purpose=Concat(Value("of another root "), "purpose"))
    HouseKey.objects.update(purpose=Concat(Value("of another root "), "purpose"))
    keyd.make_agency_keys(AGENCY)
    for row in rows:
        row.objects.update(created_at="2026-01-01T00:00:00Z")


@pytest.mark.parametrize("namespace", ["", "pierhead"])
def test_a_namespace_is_named_where_there_is_one_and_nowhere_else(server, site, clock, namespace):
    provider = TransitProvider(replace(site, namespace=namespace), Patience(clock=clock))

    provider.unwrap("agency-key", CONTEXT, wrapped(provider))

    assert {*server.engine.namespaces} == {namespace or None}
