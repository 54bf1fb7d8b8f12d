"""Which referrals exist for whom, in the lists of both desks."""

import pytest

from referrals import actions
from referrals.errors import AccessEnded
from referrals.models import Referral
from referrals.reading import open_case
from tenancy.work import unit_of_work
from tests import given


def listed(rows, member):
    with unit_of_work(member.context):
        return set(rows(Referral.objects).values_list("reference", flat=True))


def test_lists_part_what_was_received_from_what_was_made(people):
    taken = given.a_taken_referral(people.officer, people.adviser)
    onward = given.an_onward_referral(taken, people.adviser, "rowan")
    adviser, officer, supervisor = people.adviser, people.officer, people.supervisor

    assert listed(lambda all_: all_.received_by(adviser), adviser) == {taken.reference}
    assert listed(lambda all_: all_.made_by(adviser), adviser) == {onward.reference}
    assert listed(lambda all_: all_.received_by(officer), officer) == set()
    assert listed(lambda all_: all_.made_by(supervisor), supervisor) == {taken.reference}


def test_pending_is_what_waits_for_an_answer(people):
    adviser = people.adviser
    given.a_taken_referral(people.officer, adviser)
    asked, waiting = given.a_sent_referral(people.officer), given.a_sent_referral(people.officer)
    actions.ask(asked.reference, by=adviser, question="risk")

    pending = listed(lambda all_: all_.received_by(adviser).pending(), adviser)

    assert pending == {asked.reference, waiting.reference}


def test_member_who_neither_refers_nor_decides_sees_none(people):
    given.a_sent_referral(people.officer)
    administrator = people.administrator

    assert listed(lambda all_: all_.visible_to(administrator), administrator) == set()
    assert listed(lambda all_: all_.visible_to(people.adviser), people.adviser)


def test_close_by_who_has_lost_access_still_ends_the_work(people):
    taken = given.a_taken_referral(people.officer, people.adviser)
    actions.withdraw_consent(taken.reference, by=people.adviser)

    closed = actions.close(taken.reference, by=people.adviser, reason="disengaged")

    assert closed.status == "closed"
    with pytest.raises(AccessEnded):
        open_case(taken.reference, by=people.adviser)
