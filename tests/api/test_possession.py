"""A token that is good with one key alone: overheard, it is worth nothing."""

import base64
import hashlib
import json
import time
from uuid import uuid4

import pytest
from django.test import Client
from jwcrypto.jwk import JWK

from accounts.models import AccessToken
from audit.models import AuditEntry
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.api.systems import body
from tests.api.test_proving import signed
from tests.world import CLIENT_ID, CLIENT_SECRET

TOKEN = "http://testserver/api/v1/token/"
LIST = "http://testserver/api/v1/referrals/"
SCOPES = "referral:read referral:create"


def a_key(kind="EC", crv="P-256"):
    return JWK.generate(kty=kind, crv=crv)


def proof(key, *, method="POST", url=TOKEN, token="", algorithm="ES256", header=None, **changes):
    claims = {"htm": method, "htu": url, "iat": int(time.time()), "jti": uuid4().hex, **changes}
    if token:
        digest = hashlib.sha256(token.encode()).digest()
        claims = {"ath": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), **claims}
    shape = key.export_public(as_dict=True)
    return signed(
        key, claims, algorithm=algorithm, **{"typ": "dpop+jwt", "jwk": shape, **(header or {})}
    )


def ask(dpop):
    form = {
        "grant_type": "client_credentials",
        "scope": SCOPES,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    }
    headers = {"DPoP": dpop} if dpop is not None else {}
    return Client().post("/api/v1/token/", form, headers=headers)


def read(token, dpop=None, scheme="DPoP", **headers):
    named = {"Authorization": f"{scheme} {token}", **headers}
    if dpop is not None:
        named["DPoP"] = dpop
    return Client().get("/api/v1/referrals/", headers=named)


@pytest.fixture
def key():
    return a_key()


@pytest.fixture
def token(own_database, key):
    answer = ask(proof(key))
    assert answer.status_code == 200, answer.content
    assert answer.json()["token_type"] == "DPoP"
    return answer.json()["access_token"]


def test_a_bound_token_is_good_with_its_key(token, key):
    answer = read(token, proof(key, method="GET", url=LIST, token=token))
    assert answer.status_code == 200


@pytest.mark.parametrize(("kind", "crv", "algorithm"), [("OKP", "Ed25519", "EdDSA")])
def test_either_kind_of_key_may_be_proven(own_database, kind, crv, algorithm):
    key = a_key(kind, crv)
    token = ask(proof(key, algorithm=algorithm)).json()["access_token"]
    proven = proof(key, method="GET", url=LIST, token=token, algorithm=algorithm)
    assert read(token, proven).status_code == 200


def test_it_does_what_a_token_does(token, key):
    proven = proof(key, url=LIST, token=token)
    headers = {"Authorization": f"DPoP {token}", "DPoP": proven, "Idempotency-Key": "one"}
    asked = json.dumps(body())
    made = Client().post(
        "/api/v1/referrals/", asked, content_type="application/json", headers=headers
    )
    assert made.status_code == 201


def test_overheard_it_is_worth_nothing(token, key):
    good = proof(key, method="GET", url=LIST, token=token)
    other = proof(a_key(), method="GET", url=LIST, token=token)

    refused = [read(token, scheme="Bearer"), read(token), read(token, other), read(token, "x.y.z")]

    assert [answer.status_code for answer in refused] == [401] * 4
    assert 'algs="ES256 EdDSA"' in refused[0]["WWW-Authenticate"]
    assert len({answer.json()["detail"] for answer in refused}) == 1
    assert read(token, good).status_code == 200


def test_a_proof_is_good_once(token, key):
    proven = proof(key, method="GET", url=LIST, token=token)
    assert [read(token, proven).status_code for _ in range(2)] == [200, 401]


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "POST"},
        {"url": TOKEN},
        {"url": f"{LIST}?side=referring"},
        {"iat": int(time.time()) - 100_000},
        {"iat": int(time.time()) + 100_000},
        {"iat": "now"},
        {"jti": ""},
        {"jti": 7},
        {"jti": "x" * 201},
        {"ath": "another"},
        {"header": {"typ": "JWT"}},
        {"header": {"jwk": {"kty": "oct", "k": "AAAA"}}},
        {"header": {"jwk": "mine"}},
    ],
)
def test_a_proof_for_anything_else_is_refused(token, key, changes):
    wrong = proof(key, **{"method": "GET", "url": LIST, "token": token, **changes})
    assert read(token, wrong).status_code == 401
    assert read(token, proof(key, method="GET", url=LIST, token=token)).status_code == 200


def test_a_proof_that_gives_the_key_itself_away_is_refused(token, key):
    private = key.export_private(as_dict=True)
    given_away = proof(key, method="GET", url=LIST, token=token, header={"jwk": private})
    assert read(token, given_away).status_code == 401
    assert read(token, proof(key, method="GET", url=LIST, token=token)).status_code == 200


def test_of_another_token_a_proof_is_none(token, key):
    second = ask(proof(key)).json()["access_token"]
    assert read(token, proof(key, method="GET", url=LIST, token=second)).status_code == 401
    assert read(second, proof(key, method="GET", url=LIST, token=second)).status_code == 200


def test_a_token_that_is_bound_to_nothing_is_a_bearers(own_database, key):
    answer = ask(None)
    token = answer.json()["access_token"]
    assert answer.json()["token_type"] == "Bearer"
    assert read(token, scheme="Bearer").status_code == 200
    assert read(token, proof(key, method="GET", url=LIST, token=token)).status_code == 401


@pytest.mark.parametrize("wrong", ["", "x", "a.b.c"])
def test_no_token_is_given_for_a_proof_that_does_not_hold(own_database, key, wrong):
    refused = ask(wrong)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_dpop_proof")
    used = proof(key)
    assert [ask(used).status_code for _ in range(2)] == [200, 400]
    with databases.as_owner(), unit_of_work(Context.migration()):
        assert AccessToken.objects.count() == 1
        entries = AuditEntry.objects.filter(action="issue_token", decision="refused")
        reasons = list(entries.order_by("seq").values_list("reason", flat=True))
    assert reasons == ["invalid_client dpop form", "invalid_client dpop jti"]
