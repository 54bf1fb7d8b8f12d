"""The whole life: which moves are legal, and that the database knows the same."""

import itertools
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from referrals import actions
from referrals.errors import MoveNotAllowed
from referrals.lifecycle import STEPS, Move, Status, changes, target_of
from referrals.models import Referral
from referrals.policy import open_moves
from referrals.references import new_reference
from tenancy.work import unit_of_work
from tests import given
from tests.referrals.conftest import as_owner

LEGAL = {
    (Move.SEND, Status.DRAFT): Status.SENT,
    (Move.DISCARD, Status.DRAFT): Status.EXPIRED,
    (Move.ACCEPT, Status.SENT): Status.ACCEPTED,
    (Move.ACCEPT, Status.MORE_INFORMATION_ASKED): Status.ACCEPTED,
    (Move.DECLINE, Status.SENT): Status.DECLINED,
    (Move.DECLINE, Status.MORE_INFORMATION_ASKED): Status.DECLINED,
    (Move.ASK, Status.SENT): Status.MORE_INFORMATION_ASKED,
    (Move.ANSWER, Status.MORE_INFORMATION_ASKED): Status.SENT,
    (Move.WAIT, Status.SENT): Status.SENT,
    (Move.WITHDRAW, Status.SENT): Status.WITHDRAWN,
    (Move.WITHDRAW, Status.MORE_INFORMATION_ASKED): Status.WITHDRAWN,
    (Move.WITHDRAW, Status.ACCEPTED): Status.WITHDRAWN,
    (Move.SUPERSEDE, Status.SENT): Status.SUPERSEDED,
    (Move.SUPERSEDE, Status.MORE_INFORMATION_ASKED): Status.SUPERSEDED,
    (Move.SUPERSEDE, Status.DECLINED): Status.SUPERSEDED,
    (Move.CLOSE, Status.ACCEPTED): Status.CLOSED,
}
COPY = """
INSERT INTO referrals_referral SELECT (jsonb_populate_record(r, jsonb_build_object(
    'id', gen_random_uuid(), 'reference', %s, 'status', %s, 'decline_reason', 'no_capacity',
    'closure_reason', 'planned', 'answered_at', now()))).*
FROM referrals_referral r WHERE r.id = %s
"""


@pytest.mark.parametrize(("move", "status"), list(itertools.product(Move, Status)))
def test_move_leads_where_the_page_says_or_is_refused(move, status):
    if expected := LEGAL.get((move, status)):
        assert target_of(move, status) == expected
    else:
        with pytest.raises(MoveNotAllowed, match=status.label):
            target_of(move, status)


@pytest.fixture(scope="module")
def in_every_status(house):
    """A referral in each status, all of one case, put there by the owner."""
    sent = given.a_sent_referral(house.officer)
    for number, status in enumerate(Status):
        as_owner(COPY, f"PH-222222{number}", status, sent.pk)
    return sent


@pytest.mark.parametrize(("source", "target"), list(itertools.permutations(Status, 2)))
def test_database_allows_exactly_the_changes_of_the_page(house, in_every_status, source, target):
    rows = Referral.objects.filter(case=in_every_status.case_id, status=source)

    with unit_of_work(house.officer.context):
        try:
            with transaction.atomic():
                changed = rows.exclude(pk=in_every_status.pk).update(status=target)
                transaction.set_rollback(True)
        except DatabaseError as error:
            changed, refusal = 0, str(error)

    if (source, target) in changes():
        assert changed == 1
    else:
        assert (changed, "does not go" in refusal) == (0, True)


@pytest.mark.parametrize("status", Status)
def test_insert_begins_as_a_draft_or_sent(house, in_every_status, status):
    with unit_of_work(house.officer.context):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(COPY, [f"PH-33333{len(status)}", status, in_every_status.pk])
                transaction.set_rollback(True)
            begun = True
        except DatabaseError:
            begun = False

    assert begun == (status in {Status.DRAFT, Status.SENT})


@pytest.mark.parametrize(
    "column",
    ["case_id", "id", "parent_id", "reference", "receiving_agency_id", "referring_agency_id"],
)
def test_update_leaves_a_referral_between_its_agencies_and_about_its_case(house, column):
    referral = given.a_sent_referral(house.officer)
    other = given.a_sent_referral(house.officer, to="wirral-idva")
    elsewhere = {
        "parent_id": other.pk,
        "referring_agency_id": house.cheshire_officer.agency_id,
        "reference": new_reference(),
        "id": uuid4(),
    }
    value = elsewhere.get(column) or getattr(other, column)

    with (
        unit_of_work(house.officer.context),
        pytest.raises(DatabaseError, match="stays between"),
        transaction.atomic(),
    ):
        Referral.objects.filter(pk=referral.pk).update(**{column: value})


def test_every_move_names_its_side_and_what_it_needs():
    assert set(STEPS) == set(Move)
    steps = {(status, target) for (_, status), target in LEGAL.items()}
    assert changes() == {(source, target) for source, target in steps if source != target}


def test_open_moves_are_those_of_the_member_in_the_order_of_the_page(people):
    referral = given.a_sent_referral(people.officer)

    offered = {
        who: open_moves(getattr(people, who), referral)
        for who in ("officer", "adviser", "administrator", "wirral_adviser", "cheshire_officer")
    }

    assert offered == {
        "officer": [Move.WITHDRAW],
        "adviser": [Move.ACCEPT, Move.DECLINE, Move.ASK],
        "administrator": [],
        "wirral_adviser": [],
        "cheshire_officer": [],
    }


def test_taken_referral_offers_the_receiver_closing_and_the_sender_nothing(people):
    referral = given.a_taken_referral(people.officer, people.adviser)

    assert open_moves(people.adviser, referral) == [Move.CLOSE]
    assert open_moves(people.officer, referral) == []


def test_open_moves_of_an_onward_referral_offer_taking_it_back(people):
    parent = given.a_taken_referral(people.officer, people.adviser)
    onward = given.an_onward_referral(parent, people.adviser, "rowan")
    taken = actions.accept(onward.reference, by=people.caseworker)

    assert open_moves(people.adviser, taken) == [Move.WITHDRAW]
    assert open_moves(people.caseworker, taken) == [Move.CLOSE]
