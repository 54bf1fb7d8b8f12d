"""Asking twice makes one effect, however often and from however many sides at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from api.idempotency import KEPT_FOR
from api.models import StoredAnswer
from api.sweeping import sweep
from referrals.models import Referral
from tenancy.context import Context
from tenancy.roles import WORKER
from tenancy.work import unit_of_work
from tests import databases
from tests.api import systems
from tests.api.systems import body, problem, system_of

AT_ONCE = 24
HERS = ("Zoë", "Nyström", "07700", "Threatened", "PC2231", "E08000012", "liverpool-idva")


def test_the_same_again_gets_the_first_answer(police, people):
    asked = body()

    first = police.post("referrals/", asked, key="monday-1")
    second = police.post("referrals/", asked, key="monday-1")

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.headers["Location"] == first.headers["Location"]
    assert second.headers["ETag"] == first.headers["ETag"]
    with unit_of_work(people.records_system.context):
        assert Referral.objects.count() == 1


@pytest.mark.parametrize("key", ["", "x" * 201, "two words", "na\u00efve"])
def test_a_post_without_a_usable_key_is_refused(police, key):
    headers = {"Idempotency-Key": key} if key else {}

    answer = police.send("POST", "referrals/", b"{}", **headers)

    assert problem(answer) == (400, "key-missing", [])


@pytest.mark.parametrize("path", ["send", "discard", "answer", "withdraw", "refer-on", "accept"])
def test_every_verb_wants_a_key(police, path):
    made = police.post("referrals/", body(draft=True)).json()["reference"]

    answer = police.send("POST", f"referrals/{made}/{path}/", b"{}")

    assert problem(answer) == (400, "key-missing", [])


def test_a_key_stands_for_one_body_and_one_address(police):
    made = police.post("referrals/", body(draft=True), key="k").json()["reference"]

    other_body = police.post("referrals/", body(risk_band="medium"), key="k")
    other_address = police.post(f"referrals/{made}/send/", body(draft=True), key="k")

    assert problem(other_body) == (422, "key-reused", [])
    assert problem(other_address) == (422, "key-reused", [])


def test_a_refused_request_leaves_its_key_free(police):
    refused = police.post("referrals/", body(risk_band="terrible"), key="k")
    conflict = police.post("referrals/", body(consent={"answer": "refused"}), key="k")

    made = police.post("referrals/", body(), key="k")

    assert (refused.status_code, conflict.status_code, made.status_code) == (400, 422, 201)


def test_another_systems_key_is_another_key(own_database, people):
    records, cheshire = systems.police(), system_of("cheshire-police")
    asked = body()

    ours, theirs = (each.post("referrals/", asked, key="k") for each in (records, cheshire))

    assert (ours.status_code, theirs.status_code) == (201, 201)
    assert ours.json()["reference"] != theirs.json()["reference"]


def test_many_equal_requests_at_once_make_one_effect(own_database, people):
    records, asked = systems.police(), body()
    start = threading.Barrier(AT_ONCE)

    def ask(_):
        start.wait(timeout=20)
        try:
            return records.post("referrals/", asked, key="all-at-once")
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(ask, range(AT_ONCE)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    with unit_of_work(people.records_system.context):
        assert Referral.objects.count() == 1


def test_the_kept_answer_is_sealed(own_database, people):
    systems.police().post("referrals/", body(on_behalf_of="PC2231"))

    with databases.as_owner(), unit_of_work(Context.migration()):
        [row] = StoredAnswer.objects.all()
    kept = bytes(row.answer) + bytes(row.body_hash) + row.key.encode()
    assert len(kept) > 500
    assert not [word for word in HERS if word.encode() in kept]


def test_answers_are_forgotten_after_a_day(own_database, people):
    records, asked = systems.police(), body()
    first = records.post("referrals/", asked, key="k").json()
    now = datetime.now(UTC)

    with databases.signed_in_as(WORKER):
        early, late = sweep(now), sweep(now + KEPT_FOR + timedelta(seconds=5))

    again = records.post("referrals/", asked, key="k")
    assert (early, late) == (0, 1)
    assert again.status_code == 201
    assert again.json()["reference"] != first["reference"]
