"""Who may: every role, on every side, in every status, against a table said in plain words."""

import itertools
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from accounts.models import Membership
from accounts.roles import Role
from referrals.lifecycle import Move, Status
from referrals.models import Referral
from referrals.policy import may, may_open, may_work_on, open_moves

OURS, THEIRS, NEITHER = 1, 2, 3
WORKERS = {Role.OFFICER, Role.SUPERVISOR, Role.ADVISER, Role.CASEWORKER}
OVERSEERS = {Role.DUTY_MANAGER, Role.TEAM_LEAD, Role.COORDINATOR, Role.CLIENT}
DECIDERS = {*OVERSEERS, Role.ADVISER, Role.CASEWORKER}
REFERRERS = WORKERS | OVERSEERS
BY_THE_SENDER = {Move.SEND, Move.DISCARD, Move.ANSWER, Move.WITHDRAW, Move.SUPERSEDE}


SERVICE = uuid4()


def member(role, agency_id, pk=7):
    return Membership(pk=pk, role=role, agency_id=agency_id)


def referral(status=Status.SENT, **fields):
    given = {"referring_agency_id": OURS, "receiving_agency_id": THEIRS, "sent_by_id": 70}
    return Referral(status=status, **{**given, **fields})


@pytest.mark.parametrize(("role", "move"), list(itertools.product(Role, Move)))
def test_move_is_the_sides_whose_it_is_and_the_roles_that_may(role, move):
    entitled = REFERRERS if move in BY_THE_SENDER else DECIDERS
    side = OURS if move in BY_THE_SENDER else THEIRS

    answers = {
        agency: may(member(role, agency), move, referral(service_id=SERVICE))
        for agency in (1, 2, 3)
    }

    assert answers == {agency: agency == side and role in entitled for agency in (1, 2, 3)}


@pytest.mark.parametrize(("role", "status"), list(itertools.product(Role, Status)))
def test_receiver_opens_what_it_accepted_and_those_it_is_with_do(role, status):
    accepted = status in {Status.ACCEPTED, Status.CLOSED}
    someone = member(role, THEIRS)

    alone = may_open(someone, referral(status))
    assigned = may_open(someone, referral(status, assigned_to_id=someone.pk))

    assert alone == (accepted and role in OVERSEERS)
    assert assigned == (accepted and role in WORKERS | OVERSEERS)


@pytest.mark.parametrize(("role", "status"), list(itertools.product(Role, Status)))
def test_sender_reads_back_what_it_wrote(role, status):
    someone = member(role, OURS)

    assert may_open(someone, referral(status)) == (role in OVERSEERS)
    assert may_open(someone, referral(status, sent_by_id=someone.pk)) == (role in REFERRERS)


@pytest.mark.parametrize("role", Role)
def test_nobody_else_opens_anything(role):
    someone = member(role, NEITHER)
    taken = referral(Status.ACCEPTED)

    assert not may_open(someone, taken)
    assert not may_work_on(someone, taken)
    assert open_moves(someone, taken) == []


@pytest.mark.parametrize("status", Status)
def test_only_the_receiver_of_an_accepted_referral_works_on_it(status):
    adviser = member(Role.ADVISER, THEIRS)
    officer = member(Role.OFFICER, OURS)

    with_them = referral(status, assigned_to_id=adviser.pk, sent_by_id=officer.pk)

    assert may_work_on(adviser, with_them) == (status == Status.ACCEPTED)
    assert not may_work_on(officer, with_them)


def test_first_referral_is_not_taken_back_once_accepted_and_an_onward_one_is():
    adviser = member(Role.ADVISER, OURS)

    assert not may(adviser, Move.WITHDRAW, referral(Status.ACCEPTED))
    assert may(adviser, Move.WITHDRAW, referral(Status.ACCEPTED, parent_id=referral().pk))
    assert may(adviser, Move.WITHDRAW, referral(Status.SENT))


def test_who_has_left_may_nothing():
    gone = member(Role.DUTY_MANAGER, THEIRS)
    gone.ended_at = datetime.now(UTC)

    assert open_moves(gone, referral()) == []
    assert not may_open(gone, referral(Status.ACCEPTED))


@pytest.mark.parametrize("status", Status)
def test_moves_are_offered_to_whose_they_are_where_they_lead_somewhere(status):
    ours = {
        Status.DRAFT: [Move.SEND, Move.DISCARD],
        Status.SENT: [Move.WITHDRAW],
        Status.MORE_INFORMATION_ASKED: [Move.ANSWER, Move.WITHDRAW],
    }
    theirs = {
        Status.SENT: [Move.ACCEPT, Move.DECLINE, Move.ASK],
        Status.MORE_INFORMATION_ASKED: [Move.ACCEPT, Move.DECLINE],
        Status.ACCEPTED: [Move.CLOSE],
    }
    manager = Role.DUTY_MANAGER
    of_a_service = {Status.SENT: [Move.ACCEPT, Move.DECLINE, Move.ASK, Move.WAIT]}

    for_a_service = open_moves(member(manager, THEIRS), referral(status, service_id=SERVICE))
    assert for_a_service == {**theirs, **of_a_service}.get(status, [])
    assert open_moves(member(manager, OURS), referral(status)) == ours.get(status, [])
    assert open_moves(member(manager, THEIRS), referral(status)) == theirs.get(status, [])
