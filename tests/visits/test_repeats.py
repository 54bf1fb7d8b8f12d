"""A repeat report of the police: what was safe before is asked again, and nobody is told of it."""

from datetime import UTC, datetime, timedelta

import pytest

from api.referrals.shown import referral_for
from notices.models import Notice
from referrals.models import CaseLink, ContactRule, Referral
from tenancy.work import unit_of_work
from tests import given
from visits import actions
from visits.models import Rung

OTHER_PERSON = {
    "identity": {"given_name": "Ann", "family_name": "Other", "born_on": "1991-04-20"},
    "contact": {"phone": "07700 900111", "channel": "phone_call", "what_to_say": "The surgery"},
    "incident": {"summary": "Threatened at home.", "crime_reference": "05A1/99999/26"},
}


def report(officer, **changes):
    """A report after a police visit, to Liverpool's desk."""
    return actions.refer_after_visit(
        given.details(**changes),
        given.consent(),
        by=officer,
        visit_ended_at=datetime.now(UTC) - timedelta(hours=2),
    )


@pytest.fixture
def earlier(people):
    """The adviser has her case already."""
    return actions.take(report(people.officer).reference, by=people.adviser)


def ways(member, referral):
    """How contact stands on a case, and why its ways are to be asked again."""
    with unit_of_work(member.context):
        rules = ContactRule.objects.filter(case=referral.case_id)
        contact = Referral.objects.get(pk=referral.pk).contact
        return contact, sorted({*rules.values_list("ask_again", flat=True)})


def woken(member):
    with unit_of_work(member.context):
        return list(Rung.objects.filter(kind="ask_again").values_list("reference", flat=True))


def news(member):
    """What a member was told, and what of a referral they are shown."""
    with unit_of_work(member.context):
        return list(Notice.objects.of(member).values_list("kind", "reference"))


def shown(member, referral):
    with unit_of_work(member.context):
        told = referral_for(Referral.objects.get(pk=referral.pk), member)
        own = {"reference", "created_at", "sent_at", "visit_ended_at", "answered_at"}
        due = {"answer_due_at", "version"}
        return {name: said for name, said in told.items() if name not in own | due}


def test_a_repeat_report_has_every_way_of_the_earlier_case_asked_again(people, earlier):
    repeat = report(people.cheshire_officer)
    assert ways(people.adviser, earlier) == ("allowed", [""])

    taken = actions.take(repeat.reference, by=people.second_adviser)

    assert ways(people.adviser, earlier) == ("held", ["circumstances"])
    assert ways(people.adviser, taken) == ("allowed", [""])
    assert woken(people.adviser) == [earlier.reference]


def test_the_case_of_somebody_else_stays_as_it_is(people, earlier):
    other = report(people.cheshire_officer, documents=OTHER_PERSON)

    actions.take(other.reference, by=people.second_adviser)

    assert ways(people.adviser, earlier) == ("allowed", [""])
    assert woken(people.adviser) == []


def test_the_case_another_agency_has_of_her_stays_as_it_is(people, earlier):
    elsewhere = given.a_sent_referral(people.cheshire_officer, to="wirral-idva")

    actions.take(elsewhere.reference, by=people.wirral_adviser)

    assert ways(people.adviser, earlier) == ("allowed", [""])
    with unit_of_work(people.wirral_adviser.context):
        assert not CaseLink.objects.exists()


def test_who_reports_a_repeat_is_told_no_more_than_of_anybody(people, earlier):
    repeat = report(people.cheshire_officer)
    other = report(people.cheshire_officer, documents=OTHER_PERSON)
    before = news(people.officer)

    for referral in (repeat, other):
        actions.take(referral.reference, by=people.second_adviser)

    sender = people.cheshire_officer
    assert shown(sender, repeat) == shown(sender, other)
    assert sorted(news(sender)) == sorted(
        ("referral.accept", referral.reference) for referral in (repeat, other)
    )
    assert news(people.officer) == before


def test_a_third_report_wakes_nobody_twice_about_the_first(people, earlier):
    second = actions.take(report(people.officer).reference, by=people.adviser)

    actions.take(report(people.officer).reference, by=people.adviser)

    assert sorted(woken(people.adviser)) == sorted([earlier.reference, second.reference])
