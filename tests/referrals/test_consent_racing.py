"""Withdrawing while others read and write, on real threads: from the commit on it is closed."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections

from audit.recording import record
from referrals import actions
from referrals.actions._making_a_move import lock_case
from referrals.errors import AccessEnded, ConsentMissing, MoveNotAllowed
from referrals.reading import open_case
from tenancy.work import unit_of_work
from tests import databases, given
from tests.faults.house import wait_for
from tests.referrals.conftest import found_faults
from tests.referrals.sealed_with import bundles_of, opened_by, records_of

CANARY = "canary-7f31-her-words"
READERS = 3
REFUSED = (AccessEnded, ConsentMissing, MoveNotAllowed, PermissionDenied)


@pytest.fixture
def shared(own_database, people):
    """A case with a service, and canaries in it."""
    documents = {**given.DOCUMENTS, "needs": {"wanted": CANARY}}
    taken = given.a_taken_referral(people.officer, people.adviser, documents=documents)
    onward = given.an_onward_referral(taken, people.adviser, "rowan")
    return taken, actions.accept(onward.reference, by=people.caseworker)


def on_threads(*acts):
    """Run every act on a thread of its own, all at one moment; what each returned."""
    ready = Barrier(len(acts))

    def run(act):
        connection.ensure_connection()
        ready.wait(20)
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def said_to(reference, by):
    """What a reading gave, and when it began."""
    began = time.monotonic()
    try:
        return began, str(open_case(reference, by=by).records)
    except AccessEnded:
        return began, ""


def test_no_reading_begun_after_the_commit_gives_anything(people, shared):
    """C02's other half, and the invariant of withdrawal: who began before may still be answered."""
    taken, onward = shared
    committed, has_begun, is_over = [], Event(), Event()
    caseworker, adviser = people.caseworker, people.adviser

    def read(reference, by):
        answers = []
        while not is_over.is_set():
            answers.append(said_to(reference, by))
            has_begun.set()
        answers += [said_to(reference, by) for _ in range(3)]
        return answers

    def withdraw():
        assert has_begun.wait(20)
        actions.withdraw_consent(onward.reference, by=adviser)
        committed.append(time.monotonic())
        return []

    def withdraw_and_stop():
        try:
            return withdraw()
        finally:
            is_over.set()

    *theirs, ours, _ = on_threads(
        *[lambda: read(onward.reference, caseworker)] * READERS,
        lambda: read(taken.reference, adviser),
        withdraw_and_stop,
    )

    answers = [answer for reader in theirs for answer in reader]
    before = [said for began, said in answers if began < committed[0]]
    after = [said for began, said in answers if began > committed[0]]
    assert any(CANARY in said for said in before)
    assert (len(after) >= READERS, set(after)) == (True, {""})
    assert all(CANARY in said for _, said in ours)
    assert found_faults() == []


def test_reading_waits_for_a_case_with_no_chain_of_evidence_in_hand(own_database, people, shared):
    """What a reading counts refers to the case, so it waits for whoever holds it; and who holds it
    needs the agency's chain to be done."""
    _, onward = shared
    lead = people.team_lead
    with ThreadPoolExecutor(1) as pool:
        with unit_of_work(lead.context):
            record("referral.see", about=("referral", onward.reference))
            lock_case(onward.reference)
            reading = pool.submit(on_threads, lambda: said_to(onward.reference, people.caseworker))
            wait_for(lambda: _waiting_for_a_lock(own_database))

        ((_, said),) = reading.result()

    assert CANARY in said


def _waiting_for_a_lock(database):
    with databases.owner(database) as owner:
        return owner.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchall()


@pytest.mark.parametrize("attempt", range(2))
def test_withdrawing_while_everybody_writes_leaves_no_record_under_an_old_key(
    people, shared, attempt
):
    taken, onward = shared
    copied = bundles_of(taken)[people.caseworker.agency_id]

    def amend(reference, by, words):
        try:
            return actions.amend(reference, "needs", {"wanted": words}, by=by)
        except REFUSED as refusal:
            return type(refusal)

    caseworker, adviser = people.caseworker, people.adviser
    _, *amended = on_threads(
        lambda: actions.withdraw_consent(onward.reference, by=adviser),
        lambda: amend(onward.reference, caseworker, "theirs"),
        lambda: amend(taken.reference, adviser, "ours"),
        lambda: amend(taken.reference, adviser, "ours as well"),
    )

    said = ["theirs", "ours", "ours as well"]
    written = [
        words for words, refused in zip(said, amended, strict=True) if refused not in REFUSED
    ]
    notes = f"notes:{people.caseworker.agency_id}"
    assert opened_by(copied, records_of(taken), taken) <= {notes}
    assert open_case(taken.reference, by=adviser).document("needs")["wanted"] in written
    assert {"ours", "ours as well"} <= set(written)
    assert amend(onward.reference, caseworker, "later") in REFUSED
    assert found_faults() == []


@pytest.mark.parametrize("attempt", range(2))
def test_withdrawing_and_narrowing_and_taking_at_once_agree_in_the_end(people, shared, attempt):
    taken, onward = shared
    linden = given.an_onward_referral(taken, people.adviser, "linden", compartments=["needs"])
    adviser, caseworker, other = people.adviser, people.caseworker, people.other_caseworker

    def tried(act):
        try:
            act()
        except REFUSED as refusal:
            return type(refusal)
        return None

    outcomes = on_threads(
        lambda: tried(lambda: actions.withdraw_consent(onward.reference, by=adviser)),
        lambda: tried(lambda: actions.narrow_consent(onward.reference, ["needs"], by=caseworker)),
        lambda: tried(lambda: actions.accept(linden.reference, by=other)),
    )

    assert Counter(outcomes)[None] >= 2
    assert caseworker.agency_id not in bundles_of(taken)
    assert open_case(linden.reference, by=other).document("needs") == {"wanted": CANARY}
    assert open_case(taken.reference, by=adviser).document("needs") == {"wanted": CANARY}
    assert found_faults() == []
