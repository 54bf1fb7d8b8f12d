"""The client that is given away, against the running product: what an integrator's afternoon is."""

import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from jwcrypto.jwk import JWK
from pierhead_client import (
    Client,
    KeyPair,
    NotAnswered,
    NotFromPierhead,
    Refused,
    Secret,
    read_call,
)

from accounts.actions import proving
from accounts.models import AccessToken
from accounts.scopes import SCOPES
from events import hooking
from tests import given
from tests.api.systems import body
from tests.events.conftest import a_system, sweep
from tests.live import site
from tests.oversight.receiver import receiving
from tests.world import CLIENT_ID, CLIENT_SECRET

__all__ = ["site"]

ALL = " ".join(SCOPES)


@pytest.fixture
def police(site):
    with Client(site, Secret(CLIENT_ID, CLIENT_SECRET), ALL) as client:
        yield client


@pytest.fixture
def idva(site, people):
    """By a key of its own."""
    system, pair = a_system("liverpool-idva"), JWK.generate(kty="OKP", crv="Ed25519")
    public = pair.export_to_pem().decode()
    proving.add_client_key(system.membership, public_key=public, by=people.administrator)
    proof = KeyPair(system.client_id, pair.export_to_pem(private_key=True, password=None))
    with Client(site, proof, ALL) as client:
        yield client


def test_police_send_the_idva_hears_takes_and_opens(police, idva):
    sent = police.refer(body())
    sweep()

    (event,) = idva.events()
    assert (event["type"], event["reference"]) == ("referral.sent", sent["reference"])
    assert "accept" in idva.referral(sent["reference"])["available_moves"]
    taken = idva.move(sent["reference"], "accept")
    assert taken["status"] == "accepted"
    assert idva.case(sent["reference"])["reference"].startswith("PC-")
    assert [row["referral"] for row in idva.follow_ups()] == [sent["reference"]]
    assert police.referral(sent["reference"])["status"] == "accepted"


def test_the_same_key_makes_one_effect(police):
    first = police.refer(body(), key="visit-4711")
    again = police.refer(body(), key="another-key")
    asked = body()
    one, two = (police.refer(asked, key="visit-4712")["reference"] for _ in range(2))

    assert first["reference"] != again["reference"]
    assert one == two


def test_lists_go_on_page_after_page(police):
    for _ in range(3):
        police.refer(body())

    found = list(police.referrals(side="referring", page_size="2"))

    assert len({row["reference"] for row in found}) == 3


def test_a_refusal_says_its_kind_and_where(police):
    with pytest.raises(Refused) as refused:
        police.refer(body(risk_bnad="high"))

    assert (refused.value.status, refused.value.kind) == (400, "not-well-formed")
    assert [error["pointer"] for error in refused.value.errors] == ["/risk_bnad"]
    assert refused.value.request_id in str(refused.value)


def test_another_agencys_case_is_not_there(police, site, people):
    rowan = a_system("rowan")
    sent = police.refer(body())

    with (
        Client(site, Secret(rowan.client_id, rowan.client_secret), ALL) as theirs,
        pytest.raises(Refused) as refused,
    ):
        theirs.referral(sent["reference"])
    assert refused.value.status == 404
    assert police.referral(sent["reference"])


def test_a_token_that_was_taken_back_is_asked_for_anew(police):
    assert list(police.services())
    AccessToken.objects.all().delete()

    assert list(police.services())


def test_a_wrong_secret_is_refused_and_silence_is_no_answer(site):
    with (
        Client(site, Secret(CLIENT_ID, "not the secret at all"), ALL) as wrong,
        pytest.raises(Refused) as refused,
    ):
        list(wrong.services())
    assert refused.value.status == 401
    with (
        Client("http://127.0.0.1:9", Secret(CLIENT_ID, CLIENT_SECRET), ALL) as nobody,
        pytest.raises(NotAnswered),
    ):
        list(nobody.services())


def test_it_waits_as_long_as_it_is_told_and_gives_the_same_key(people):
    """A server that is busy twice: the third try goes through, under one key."""
    asked, answers = [], [(503, "0"), (429, "0"), (200, "")]

    class Busy(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            if self.path.endswith("/token/"):
                return self._say(200, "", b'{"access_token": "t", "expires_in": 300}')
            asked.append(self.headers["Idempotency-Key"])
            return self._say(*answers[len(asked) - 1], b'{"reference": "PH-1"}')

        def _say(self, status, wait, said):
            self.send_response(status)
            self.send_header("Retry-After", wait)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Busy)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    with Client(url, Secret("a", "b"), "referral:create") as client:
        assert client.refer({}) == {"reference": "PH-1"}
    server.shutdown()
    thread.join()
    server.server_close()

    assert len(asked) == 3
    assert len(set(asked)) == 1


@pytest.fixture
def call(own_database, people, settings):
    """A webhook's call as it came in, and its secret."""
    settings.WEBHOOKS_ANYWHERE = True
    system = a_system("liverpool-idva").membership
    with receiving() as receiver:
        made = hooking.add_hook(system, address=receiver.url, by=people.administrator)
        sent = given.a_sent_referral(people.officer)
        sweep()
        return made.shared, receiver.got[0][1], receiver.heads[0], sent.reference


def test_a_call_is_read_and_a_changed_one_is_not(call):
    secret, told, headers, reference = call

    found = read_call(secret, told, headers)

    assert (found.type, found.reference) == ("referral.sent", reference)
    assert abs((datetime.now(UTC) - found.occurred_at).total_seconds()) < 60
    at = int(headers["webhook-timestamp"])
    for spoilt in (
        {"body": told + b" "},
        {"secret": "whsec_" + "A" * 43 + "="},
        {"now": at + 301.0},
        {"now": at - 301.0},
        {"headers": {**headers, "webhook-id": "msg_0"}},
        {"headers": {**headers, "webhook-timestamp": str(at + 1)}},
        {"headers": {**headers, "webhook-signature": "v1,*** v2,AAAA"}},
        {"headers": {}},
    ):
        with pytest.raises(NotFromPierhead):
            read_call(**{"secret": secret, "body": told, "headers": headers, **spoilt})


def test_many_are_brought_bite_by_bite_and_again_without_harm(police):
    rows = [{**body(), "source_id": f"0500-{number}"} for number in range(205)]
    rows[7]["risk_band"] = "grave"

    first = list(police.import_rows(rows[:8] + rows[203:]))
    again = list(police.import_rows(iter(rows[:8])))

    assert [row["outcome"] for row in first] == [*["made"] * 7, "refused", "made", "made"]
    assert [row["outcome"] for row in again] == [*["already"] * 7, "refused"]
    assert first[7]["problem"]["errors"][0]["pointer"] == "/risk_band"


def test_a_table_is_brought_with_its_head_in_every_bite(police, monkeypatch):
    monkeypatch.setattr("pierhead_client.client.MOST_ROWS", 2)
    ended = body()["visit_ended_at"]
    head = "occurrence_number,visit_ended_at,risk,harm,consent,consent_method,consent_wording\n"
    lines = [f"0500-{n},{ended},high,stalking,Y,in_person,2026-1\n" for n in range(3)]

    told = list(police.import_csv([head, *lines]))

    assert [row["outcome"] for row in told] == ["made"] * 3
    assert [row["number"] for row in told] == [1, 2, 3]
