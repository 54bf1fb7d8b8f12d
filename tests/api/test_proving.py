"""A system that signs for itself: one request, one minute, one key, from where it may come."""

import base64
import json
import time
from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.test import Client
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS

from accounts.actions import proving
from accounts.errors import NotDone
from accounts.models import AccessToken, ClientKey
from api.oauth.assertions import KIND
from tests.events.conftest import a_system
from tests.referrals.conftest import as_owner

ADDRESS = "http://testserver/api/v1/token/"
OURS = {"REMOTE_ADDR": "192.0.2.7"}


def a_key(kind="EC"):
    return (
        JWK.generate(kty="EC", crv="P-256")
        if kind == "EC"
        else JWK.generate(kty=kind, crv="Ed25519")
    )


def signed(key, claims, *, algorithm="ES256", **header):
    words = JWS(json.dumps(claims))
    words.allowed_algs = ["ES256", "EdDSA", "HS256", "RS256"]
    words.add_signature(key, alg=algorithm, protected=json.dumps({"alg": algorithm, **header}))
    return words.serialize(compact=True)


def claims_of(system, **changes):
    now = int(time.time())
    said = {
        "iss": system.client_id,
        "sub": system.client_id,
        "aud": ADDRESS,
        "jti": uuid4().hex,
        "exp": now + 30,
        **changes,
    }
    return {name: value for name, value in said.items() if value is not None}


def ask(assertion, *, scope="referral:read", kind=KIND, headers=None, **more):
    form = {"grant_type": "client_credentials", "scope": scope, **more}
    if assertion is not None:
        form |= {"client_assertion_type": kind, "client_assertion": assertion}
    return Client().post("/api/v1/token/", form, headers=headers or {}, **OURS)


@pytest.fixture
def system(own_database, people):
    return a_system("liverpool-idva")


@pytest.fixture
def key(system, people):
    """The system's own, registered by its administrator."""
    pair = a_key()
    public = pair.export_public()
    proving.add_client_key(system.membership, public_key=public, by=people.administrator)
    return pair


@pytest.mark.parametrize(("kind", "algorithm"), [("EC", "ES256"), ("OKP", "EdDSA")])
def test_a_system_gets_a_token_for_its_signature(system, people, kind, algorithm):
    pair = a_key(kind)
    pem = pair.export_to_pem().decode()
    proving.add_client_key(system.membership, public_key=pem, by=people.administrator)

    answer = ask(signed(pair, claims_of(system), algorithm=algorithm))

    assert answer.status_code == 200, answer.content
    token = answer.json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert Client().get("/api/v1/referrals/", headers=headers, **OURS).status_code == 200


WRONG = {
    "another audience": {"aud": "http://elsewhere.example.org/api/v1/token/"},
    "audience of another address": {"aud": "http://testserver/api/v1/revoke/"},
    "several audiences": {"aud": [ADDRESS, "http://elsewhere.example.org/"]},
    "no audience": {"aud": None},
    "ended": {"exp": -61},
    "too long a life": {"exp": 3600},
    "a little too long a life": {"exp": 66 + 5},
    "no end": {"exp": None},
    "an end that is a text": {"exp": "soon"},
    "an end that is true": {"exp": True},
    "not yet": {"nbf": 61},
    "another issuer": {"iss": "somebody"},
    "another subject": {"sub": "somebody"},
    "no name": {"jti": None},
    "an empty name": {"jti": ""},
    "a name that is too long": {"jti": "x" * 201},
    "a name that is a number": {"jti": 5},
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_not_as_it_must_be_gets_nothing(system, key, what):
    now = int(time.time())
    changes = dict(WRONG[what])
    for name in ("exp", "nbf"):
        if type(changes.get(name)) is int:
            changes[name] += now

    refused = ask(signed(key, claims_of(system, **changes)))

    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert ask(signed(key, claims_of(system))).status_code == 200


def test_it_is_good_once(system, key):
    assertion = signed(key, claims_of(system))

    assert ask(assertion).status_code == 200
    assert ask(assertion).status_code == 401
    same_name = claims_of(system, jti=json.loads(_payload(assertion))["jti"])
    assert ask(signed(key, same_name)).status_code == 401


def _payload(assertion):
    part = assertion.split(".")[1]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_it_is_good_once_also_for_many_at_one_moment(system, key):
    assertion, ready, found = signed(key, claims_of(system)), Barrier(6), []

    def try_it():
        ready.wait(10)
        found.append(ask(assertion).status_code)
        connections.close_all()

    threads = [Thread(target=try_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(found) == [200, 401, 401, 401, 401, 401]


def test_a_key_of_another_system_gets_nothing(system, key, people):
    other = a_system("rowan")
    theirs = a_key()

    assert ask(signed(theirs, claims_of(system))).status_code == 401
    assert ask(signed(key, claims_of(other))).status_code == 401


def test_an_algorithm_that_is_not_the_keys_gets_nothing(system, key):
    """None at all, a secret made of the public key, and another family."""
    claims = claims_of(system)
    head = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    public = JWK(kty="oct", k=base64.urlsafe_b64encode(key.export_to_pem()).rstrip(b"=").decode())
    rsa = JWK.generate(kty="RSA", size=2048)

    for forged in (
        f"{head}.{body}.",
        f"{head}.{body}.AA",
        signed(public, claims, algorithm="HS256"),
        signed(rsa, claims, algorithm="RS256"),
        signed(key, claims, jwk=json.loads(a_key().export_public())) + "A",
        "",
        "a.b.c",
        "{}",
        "x" * 5000,
    ):
        assert ask(forged).status_code == 401
    assert ask(signed(key, claims)).status_code == 200


def test_two_proofs_at_once_and_another_kind_get_nothing(system, key):
    secret = {"client_id": system.client_id, "client_secret": system.client_secret}
    basic = base64.b64encode(f"{system.client_id}:{system.client_secret}".encode()).decode()

    assert ask(signed(key, claims_of(system)), **secret).status_code == 401
    headers = {"Authorization": f"Basic {basic}"}
    assert ask(signed(key, claims_of(system)), headers=headers).status_code == 401
    assert ask(signed(key, claims_of(system)), kind="urn:something").status_code == 401


def test_with_a_key_the_secret_counts_for_nothing_until_the_keys_are_ended(system, key, people):
    secret = {"client_id": system.client_id, "client_secret": system.client_secret}
    assert ask(None, **secret).status_code == 401

    proving.end_client_keys(system.membership, by=people.administrator)

    assert ask(None, **secret).status_code == 200
    assert ask(signed(key, claims_of(system))).status_code == 401


def test_a_first_key_and_an_ended_one_end_every_token(system, people):
    secret = {"client_id": system.client_id, "client_secret": system.client_secret}
    ask(None, **secret)
    assert AccessToken.objects.count() == 1
    pair = a_key()
    public = pair.export_public()
    proving.add_client_key(system.membership, public_key=public, by=people.administrator)
    assert AccessToken.objects.count() == 0
    ask(signed(pair, claims_of(system)))

    proving.end_client_keys(system.membership, by=people.administrator)

    assert AccessToken.objects.count() == 0


def test_an_older_key_counts_for_a_day_beside_the_new_one(system, key, people):
    newer = a_key("OKP")
    public = newer.export_public()
    proving.add_client_key(system.membership, public_key=public, by=people.administrator)
    for pair, algorithm in ((key, "ES256"), (newer, "EdDSA")):
        assert ask(signed(pair, claims_of(system), algorithm=algorithm)).status_code == 200

    as_owner("UPDATE accounts_clientkey SET ends_at = now() WHERE ends_at IS NOT NULL")

    assert ask(signed(key, claims_of(system))).status_code == 401
    assert ask(signed(newer, claims_of(system), algorithm="EdDSA")).status_code == 200
    assert timedelta(hours=24) == proving.OVERLAP


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: a_key().export_private(), "private key"),
        (lambda: a_key().export_to_pem(private_key=True, password=None).decode(), "private key"),
        (lambda: JWK.generate(kty="RSA", size=2048).export_public(), "P-256"),
        (lambda: JWK.generate(kty="EC", crv="P-384").export_public(), "P-256"),
        (lambda: JWK.generate(kty="OKP", crv="X25519").export_public(), "P-256"),
        (lambda: "secret", "no key"),
        (lambda: "{}", "no key"),
        (lambda: "", "no key"),
    ],
)
def test_what_is_no_public_key_is_not_registered(system, people, make, why):
    with pytest.raises(NotDone, match=why):
        proving.add_client_key(system.membership, public_key=make(), by=people.administrator)

    assert not ClientKey.objects.exists()
    good = a_key().export_public()
    assert proving.add_client_key(system.membership, public_key=good, by=people.administrator)


# ---- from where


def test_a_system_that_comes_from_elsewhere_gets_nothing_with_secret_key_or_token(
    system, key, people
):
    token = ask(signed(key, claims_of(system))).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    said = {"networks": "198.51.100.0/24 2001:db8::/32", "by": people.administrator}
    proving.set_addresses(system.membership, **said)

    assert ask(signed(key, claims_of(system))).status_code == 401
    assert Client().get("/api/v1/referrals/", headers=headers, **OURS).status_code == 401

    proving.set_addresses(system.membership, networks="192.0.2.0/28", by=people.administrator)
    assert ask(signed(key, claims_of(system))).status_code == 200
    assert Client().get("/api/v1/referrals/", headers=headers, **OURS).status_code == 200


def test_a_header_from_outside_changes_nothing(system, key, people):
    proving.set_addresses(system.membership, networks="198.51.100.0/24", by=people.administrator)

    for name in ("X-Forwarded-For", "Pierhead.Caller", "pierhead-caller"):
        assert (
            ask(signed(key, claims_of(system)), headers={name: "198.51.100.9"}).status_code == 401
        )


@pytest.mark.parametrize("networks", ["nowhere", "192.0.2.1/24", "10.0.0.0/33", "1 " * 21])
def test_what_is_no_network_is_refused(system, people, networks):
    with pytest.raises(NotDone):
        proving.set_addresses(system.membership, networks=networks, by=people.administrator)


@pytest.mark.parametrize("who", ["adviser", "duty_manager", "officer"])
def test_only_its_administrator_says_how_a_system_proves_itself(system, people, who):
    by, public = getattr(people, who), a_key().export_public()

    with pytest.raises(PermissionDenied):
        proving.add_client_key(system.membership, public_key=public, by=by)
    with pytest.raises(PermissionDenied):
        proving.set_addresses(system.membership, networks="192.0.2.0/28", by=by)
    with pytest.raises(PermissionDenied):
        proving.end_client_keys(system.membership, by=by)
    assert proving.add_client_key(system.membership, public_key=public, by=people.administrator)
