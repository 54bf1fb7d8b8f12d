"""The web under load, under a full pool, and on its way out (faults F18, F21 and F28)."""

import http.client
import json
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import uuid4

import psycopg

from referrals.lifecycle import Move
from referrals.models import Referral, ReferralEvent
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests.api.systems import body
from tests.faults.house import House, django_at, wait_for
from tests.faults.systems import System, ask

POOL = 8  # the connections of one web process
PROBLEM = "application/problem+json"
UNANSWERED = 0
MOST_REQUESTS = 500


def test_eight_accept_at_once_and_one_has_it(open_house, police, desk):
    police.sign_in()
    desks = [System(desk.port, desk.client_id, desk.secret).sign_in() for _ in range(8)]
    reference = police.post("referrals/", body()).json()["reference"]

    with ThreadPoolExecutor(8) as threads:
        accept = f"referrals/{reference}/accept/"
        answers = list(threads.map(lambda each: each.post(accept), desks))

    assert Counter(answer.status for answer in answers) == {200: 1, 409: 7}
    refusals = [answer.json() for answer in answers if answer.status == 409]
    assert {refusal["type"].rpartition("/")[2] for refusal in refusals} == {"move-not-allowed"}
    with django_at(open_house.owner_url), unit_of_work(Context.migration()):
        made = ReferralEvent.objects.filter(referral__reference=reference)
        assert made.filter(move=Move.ACCEPT).count() == 1


def test_full_pool_is_said_in_two_seconds_and_the_house_recovers(open_house, police):
    """Somebody locks what every request reads, so that each holds its connection and waits."""
    police.sign_in()
    headers = {"Authorization": f"Bearer {police.token}"}

    def look(_: int):
        return ask(police.port, "GET", "/api/v1/referrals/", headers=headers)

    assert look(0).status == 200
    with psycopg.connect(open_house.owner_url) as owner, ThreadPoolExecutor(24) as threads:
        owner.execute("LOCK TABLE accounts_accesstoken IN ACCESS EXCLUSIVE MODE")
        asked = [threads.submit(look, nth) for nth in range(24)]
        wait_for(lambda: sum(each.done() for each in asked) >= 24 - 2 * POOL)
        owner.rollback()
        answers = [each.result() for each in asked]

    refused = [answer for answer in answers if answer.status == 503]
    assert {answer.headers["Retry-After"] for answer in refused} == {"5"}
    assert {answer.headers["Content-Type"] for answer in refused} == {PROBLEM}
    assert len([answer for answer in refused if answer.seconds < 2]) >= 24 - 2 * POOL
    assert {answer.status for answer in answers} == {200, 503}
    assert look(0).status == 200


def test_rolling_restart_under_load_loses_no_request(open_house, police):
    """``SIGHUP``: new workers come, the old ones finish; nobody outside notices (fault F28)."""
    police.sign_in()
    before = _kept(open_house)
    with _load(police) as ledger:
        for _ in range(2):
            _wait_for_more(ledger, 8)
            open_house.web.process.send_signal(signal.SIGHUP)
        _wait_for_more(ledger, 16)

    assert Counter(status for status, _ in ledger) == {201: len(ledger)}
    assert _kept(open_house) - before == {reference for _, reference in ledger}


def test_end_under_load_answers_what_was_begun(open_house, police):
    """``SIGTERM``: what came in is answered, what comes after finds nobody; nothing in between."""
    police.sign_in()
    before = _kept(open_house)
    with _load(police) as ledger:
        _wait_for_more(ledger, 16)
        open_house.web.process.send_signal(signal.SIGTERM)
        assert open_house.web.process.wait(timeout=30) == 0
        _wait_for_more(ledger, 8)

    assert {status for status, _ in ledger} == {201, UNANSWERED}
    assert _kept(open_house) - before == {reference for _, reference in ledger if reference}


@contextmanager
def _load(police: System) -> Iterator[list[tuple[int, str]]]:
    """Four clients that make referrals while the block runs, each tried once; what came of each."""
    ledger: list[tuple[int, str]] = []
    over, text = threading.Event(), json.dumps(body())

    def refer() -> None:
        for _ in range(MOST_REQUESTS):
            if over.is_set():
                return
            ledger.append(_made(police, text))

    with ThreadPoolExecutor(4) as threads:
        clients = [threads.submit(refer) for _ in range(4)]
        try:
            yield ledger
        finally:
            over.set()
    for client in clients:
        client.result()


def _made(police: System, text: str) -> tuple[int, str]:
    headers = {
        "Authorization": f"Bearer {police.token}",
        "Idempotency-Key": uuid4().hex,
        "Content-Type": "application/json",
    }
    try:
        answer = ask(police.port, "POST", "/api/v1/referrals/", text, headers)
    except (ConnectionError, http.client.RemoteDisconnected):
        time.sleep(0.05)
        return UNANSWERED, ""
    return answer.status, answer.json().get("reference", "")


def _wait_for_more(ledger: list[tuple[int, str]], number: int) -> None:
    before = len(ledger)
    wait_for(lambda: len(ledger) > before + number)


def _kept(house: House) -> set[str]:
    with django_at(house.owner_url), unit_of_work(Context.migration()):
        return set(Referral.objects.values_list("reference", flat=True))
