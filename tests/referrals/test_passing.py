"""What each agency can open at each step of a case, by the keys it holds."""

import pytest
from django.core.exceptions import PermissionDenied

from referrals import actions
from referrals.errors import AccessEnded
from referrals.keeping import keys_of
from referrals.reading import open_case
from tenancy.work import unit_of_work
from tests import given


@pytest.fixture
def taken(people):
    return given.a_taken_referral(people.officer, people.adviser)


def test_take_opens_what_was_agreed(people, taken):
    case = open_case(taken.reference, by=people.adviser)

    assert case.document("identity") == given.DOCUMENTS["identity"]
    assert case.document("contact") == given.DOCUMENTS["contact"]
    assert {record.code for record in case.records} == {
        "",
        "alleged_perpetrator:partner",
        "phone_call",
    }


def test_sent_opens_nothing_for_the_receiver(people):
    referral = given.a_sent_referral(people.officer)

    with pytest.raises(PermissionDenied):
        open_case(referral.reference, by=people.adviser)

    assert open_case(referral.reference, by=people.officer).document("risk")


def test_later_writing_stays_closed_to_the_police(people, taken):
    actions.amend(taken.reference, "contact", {"phone": "07700 900999"}, by=people.adviser)

    ours = open_case(taken.reference, by=people.adviser)
    theirs = open_case(taken.reference, by=people.officer)

    assert ours.document("contact") == {"phone": "07700 900999"}
    assert theirs.document("contact") == given.DOCUMENTS["contact"]


def test_service_opens_exactly_what_was_agreed(people, taken):
    onward = given.an_onward_referral(taken, people.adviser, "rowan")
    actions.accept(onward.reference, by=people.caseworker)

    case = open_case(onward.reference, by=people.caseworker)

    assert case.document("identity") == given.DOCUMENTS["identity"]
    assert case.document("incident") == {}
    assert case.document("risk") == {}


def test_service_reads_what_the_adviser_writes_later(people, taken):
    onward = given.an_onward_referral(taken, people.adviser, "rowan")
    actions.accept(onward.reference, by=people.caseworker)
    actions.amend(taken.reference, "contact", {"phone": "07700 900999"}, by=people.adviser)

    case = open_case(onward.reference, by=people.caseworker)

    assert case.document("contact") == {"phone": "07700 900999"}


def test_withdraw_closes_the_case_to_the_service(people, taken):
    onward = given.an_onward_referral(taken, people.adviser, "rowan")
    actions.accept(onward.reference, by=people.caseworker)
    actions.withdraw(onward.reference, by=people.adviser, reason="consent_withdrawn")

    with pytest.raises(AccessEnded), unit_of_work(people.caseworker.context):
        keys_of(onward.case_id, people.caseworker.agency_id)

    assert open_case(taken.reference, by=people.adviser).document("identity")
