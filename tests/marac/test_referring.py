"""Referring a case to its area's MARAC, by the one passing there is."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from psycopg.types.range import DateRange

from accounts.models import Agency
from marac import actions
from marac.models import MaracReferral, RepeatFound
from marac.sealed import JUDGEMENT as IN_JUDGEMENT
from marac.sealed import words_of
from referrals import actions as referring
from referrals.errors import AccessEnded, ConsentMissing, MoveNotAllowed, NotWellFormed
from referrals.keeping import keys_of
from referrals.lifecycle import Status
from referrals.models import ConsentEntry, Referral, SealedRecord
from referrals.reading import open_case
from risk.models import AreaRule
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases, given
from tests.marac.conftest import JUDGEMENT, details, plan, take_on
from tests.world import LIVERPOOL


def counts(member):
    with unit_of_work(member.context):
        tables = (Referral, MaracReferral, ConsentEntry, SealedRecord)
        return [table.objects.count() for table in tables]


def set_rule(**changes):
    said = {
        "area_code": LIVERPOOL,
        "period": DateRange(date(2025, 1, 1), None),
        "consent_rule": "needed",
        "marac_band": "high",
    }
    with databases.as_owner(), unit_of_work(Context.migration()):
        AreaRule.objects.create(**{**said, **changes})


def test_refer_asks_the_coordinator_by_a_referral_of_the_case(people, taken):
    marac = actions.refer(taken.reference, details(), by=people.adviser)

    child = marac.referral
    assert (child.parent_id, child.receiving_agency.code) == (taken.pk, "coordinators")
    assert (child.status, child.offered) == (Status.SENT, ["contact", "identity", "risk"])
    assert marac.grounds == ["visible_high_risk"]
    assert marac.idva_agency_id == people.adviser.agency_id


def test_refer_opens_nothing_before_it_is_taken_on_and_then_what_she_agreed_to(
    people, taken, meeting
):
    words = {"judgement": JUDGEMENT, "grounds": ["professional_judgement"]}
    marac = actions.refer(taken.reference, details(**words), by=people.adviser)
    reference = marac.referral.reference
    with unit_of_work(people.coordinator.context), pytest.raises(AccessEnded):
        keys_of(taken.case_id, people.coordinator.agency_id)

    take_on(people, marac, meeting)

    case = open_case(reference, by=people.coordinator)
    assert case.document("identity")["given_name"] == "Zoë"
    assert words_of(case.records, marac.pk, IN_JUDGEMENT) == JUDGEMENT
    assert case.document("incident") == case.document("address") == {}


def test_police_do_not_open_what_was_said_to_the_marac(people, taken, meeting):
    words = {"judgement": JUDGEMENT, "grounds": ["professional_judgement"]}
    marac = actions.refer(taken.reference, details(**words), by=people.adviser)

    theirs = open_case(taken.reference, by=people.officer).records

    assert theirs
    assert words_of(theirs, marac.pk, IN_JUDGEMENT) == ""


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"grounds": []}, "grounds"),
        ({"grounds": ["transfer"]}, "grounds"),
        ({"grounds": ["score_of_14"]}, "grounds"),
        ({"grounds": ["professional_judgement"], "judgement": "Bad."}, "judgement"),
        ({"grounds": ["potential_escalation"], "police_incidents": 2}, "police_incidents"),
        ({"grounds": ["potential_escalation"]}, "police_incidents"),
        ({"grounds": ["repeat"]}, "said_repeat"),
        ({"knows": "perhaps"}, "knows"),
        ({"consent": given.consent(compartments=["identity"])}, "compartments"),
    ],
)
def test_refer_with_an_answer_that_is_not_met_is_refused_and_leaves_nothing(
    people, taken, changes, field
):
    before = counts(people.adviser)

    with pytest.raises(NotWellFormed) as refused:
        actions.refer(taken.reference, details(**changes), by=people.adviser)

    assert refused.value.field == field
    assert counts(people.adviser) == before
    actions.refer(taken.reference, details(), by=people.adviser)


def test_refer_needs_the_band_of_the_areas_rule_not_a_score(people, own_database):
    taken = given.a_taken_referral(people.officer, people.adviser, risk_band="medium")
    with pytest.raises(NotWellFormed, match="threshold"):
        actions.refer(taken.reference, details(), by=people.adviser)

    set_rule(marac_band="medium")

    assert actions.refer(taken.reference, details(), by=people.adviser).grounds


def test_refer_follows_the_rule_that_holds_on_the_day(people, own_database):
    taken = given.a_taken_referral(people.officer, people.adviser, risk_band="medium")
    set_rule(marac_band="medium", period=DateRange(date(2025, 1, 1), date(2026, 1, 1)))
    set_rule(marac_band="high", period=DateRange(date(2026, 1, 1), None))

    with pytest.raises(NotWellFormed, match="threshold"):
        actions.refer(taken.reference, details(), by=people.adviser)


def test_refer_goes_to_the_coordinator_that_the_areas_rule_names(people, own_database, taken):
    set_rule(coordinator=Agency.objects.get(code="rowan"))

    marac = actions.refer(taken.reference, details(), by=people.adviser)

    assert marac.agency.code == "rowan"


@pytest.mark.parametrize("born_on", ["2011-01-01", ""])
def test_refer_is_for_people_of_sixteen_and_over(people, born_on):
    identity = {**given.DOCUMENTS["identity"], "born_on": born_on}
    documents = {**given.DOCUMENTS, "identity": identity}
    taken = given.a_taken_referral(people.officer, people.adviser, documents=documents)

    with pytest.raises(NotWellFormed) as refused:
        actions.refer(taken.reference, details(), by=people.adviser)

    assert refused.value.field == "is_adult"
    if not born_on:
        actions.refer(taken.reference, details(is_adult=True), by=people.adviser)


def unagreed(ground="high_risk"):
    return given.consent(
        answer="refused",
        method="",
        basis="public_task",
        condition="safeguarding",
        ground=ground,
        safe_to_tell="not_safe",
        reason="He has said in writing that he will kill her on Friday.",
        compartments=["identity", "risk"],
    )


@pytest.mark.parametrize(
    ("rule", "band", "ground", "goes"),
    [
        ("needed", "high", "high_risk", False),
        ("needed", "high", "life_at_risk", True),
        ("at_threshold", "high", "high_risk", True),
        ("at_threshold", "medium", "high_risk", False),
        ("with_grounds", "medium", "high_risk", True),
    ],
)
def test_refer_without_agreement_goes_by_the_areas_rule(
    people, own_database, rule, band, ground, goes
):
    set_rule(consent_rule=rule)
    taken = given.a_taken_referral(people.officer, people.adviser, risk_band=band)
    said = details(
        consent=unagreed(ground), grounds=["professional_judgement"], judgement=JUDGEMENT
    )
    before = counts(people.adviser)

    if goes:
        actions.refer(taken.reference, said, by=people.adviser)
        return
    with pytest.raises(ConsentMissing):
        actions.refer(taken.reference, said, by=people.adviser)

    assert counts(people.adviser) == before
    agreed = details(grounds=["professional_judgement"], judgement=JUDGEMENT)
    actions.refer(taken.reference, agreed, by=people.adviser)


def test_refer_without_agreement_waits_for_a_second_person(people, own_database, taken):
    set_rule(consent_rule="at_threshold")
    marac = actions.refer(taken.reference, details(consent=unagreed()), by=people.adviser)
    reference = marac.referral.reference

    with pytest.raises(PermissionDenied):
        referring.approve_override(reference, by=people.adviser)
    line = referring.approve_override(reference, by=people.duty_manager)

    assert line.approved_by_id == people.duty_manager.pk


def test_refer_twice_is_refused_until_it_was_heard(people, taken, referred):
    before = counts(people.adviser)

    with pytest.raises(MoveNotAllowed, match="already"):
        actions.refer(taken.reference, details(), by=people.adviser)

    assert counts(people.adviser) == before


def test_refer_is_for_whoever_works_on_the_case(people, taken):
    with pytest.raises(PermissionDenied):
        actions.refer(taken.reference, details(), by=people.second_adviser)
    with pytest.raises(PermissionDenied):
        actions.refer(taken.reference, details(), by=people.officer)
    with pytest.raises(Referral.DoesNotExist):
        actions.refer(taken.reference, details(), by=people.wirral_adviser)
    with pytest.raises(Referral.DoesNotExist):
        actions.refer("PH-22222222", details(), by=people.adviser)

    actions.refer(taken.reference, details(), by=people.duty_manager)


def test_refer_again_about_the_same_two_people_is_a_repeat(people, referred):
    again = given.a_taken_referral(people.officer, people.adviser)

    marac = actions.refer(again.reference, details(), by=people.adviser)

    assert marac.grounds == ["visible_high_risk", "repeat"]
    with unit_of_work(people.adviser.context):
        assert marac.found.get().earlier_id == referred.pk


def test_refer_again_about_another_perpetrator_is_no_repeat(people, referred):
    other = given.PartyDetails(
        kind="alleged_perpetrator",
        relationship="former_partner",
        document={"given_name": "Sam", "family_name": "Harte"},
    )
    again = given.a_taken_referral(people.officer, people.adviser, parties=[other])

    marac = actions.refer(again.reference, details(), by=people.adviser)

    assert marac.grounds == ["visible_high_risk"]


def test_a_repeat_that_the_coordinator_finds_is_no_oracle_for_another_referrer(people, meeting):
    """Wirral's service hears nothing of what Liverpool's told the coordinators."""
    first = given.a_taken_referral(people.officer, people.adviser)
    take_on(people, actions.refer(first.reference, details(), by=people.adviser), meeting)
    second = given.a_taken_referral(people.officer, people.wirral_adviser)
    marac = actions.refer(second.reference, details(), by=people.wirral_adviser)

    take_on(people, marac, plan(people, 14))

    with unit_of_work(people.coordinator.context):
        assert RepeatFound.objects.filter(marac=marac).count() == 1
    with unit_of_work(people.wirral_adviser.context):
        assert MaracReferral.objects.get(pk=marac.pk).grounds == ["visible_high_risk"]
        assert RepeatFound.objects.count() == 0
