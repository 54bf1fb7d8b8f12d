"""Finding a case again: exact, in one's own agency alone, on record, and without a name."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from audit.models import AuditEntry
from referrals.actions.declaring import Known, declare
from referrals.errors import NotWellFormed
from referrals.looking import SEARCHING, LookedTooMuch
from referrals.models import Grant
from referrals.searching import Found, Terms, search
from tenancy.work import unit_of_work
from tests import given
from tests.referrals.conftest import told

NAME = Terms(given_name="ZOE", family_name="o nystrom", born_on=date(1991, 4, 23))
PHONE = Terms(phone="+44 (0)7700 900 461")
CRIME = Terms(crime_reference="05a1-12345-26")
WHY = "they_called"


@pytest.fixture
def taken(people):
    return given.a_taken_referral(people.officer, people.adviser)


def references(terms, by):
    return [each.reference for each in search(terms, by=by, why=WHY).referrals]


def own_reference(referral, member):
    with unit_of_work(member.context):
        return Grant.objects.get(case=referral.case_id, agency=member.agency_id).reference


@pytest.mark.parametrize("terms", [NAME, PHONE, CRIME])
def test_search_finds_it_however_it_is_spelt(people, taken, terms):
    assert references(terms, people.adviser) == [taken.reference]


def test_search_finds_it_by_the_referrals_and_by_the_agencys_own_reference(people, taken):
    own = own_reference(taken, people.adviser)

    for reference in (taken.reference, taken.reference.lower(), own):
        assert references(Terms(reference=reference), people.adviser) == [taken.reference]


def test_search_by_another_agencys_own_reference_finds_nothing(people, taken):
    theirs = own_reference(taken, people.officer)

    assert references(Terms(reference=theirs), people.adviser) == []
    assert references(Terms(reference=theirs), people.officer) == [taken.reference]


@pytest.mark.parametrize("terms", [NAME, PHONE, CRIME])
def test_search_of_an_agency_that_does_not_have_it_finds_nothing(people, taken, terms):
    for stranger in (people.wirral_adviser, people.caseworker, people.cheshire_officer):
        assert references(terms, stranger) == []


def test_search_by_the_desk_before_it_is_taken_finds_nothing_by_name(people):
    sent = given.a_sent_referral(people.officer)

    assert references(NAME, people.adviser) == []
    assert references(Terms(reference=sent.reference), people.adviser) == [sent.reference]


def test_search_by_another_officer_does_not_find_a_colleagues(people, taken):
    assert references(NAME, people.officer) == [taken.reference]
    assert references(NAME, people.colleague) == []


@pytest.mark.parametrize(
    "terms",
    [
        replace(NAME, born_on=date(1991, 4, 24)),
        replace(NAME, family_name="Nystrom-Hale"),
        Terms(phone="07700 900462"),
        Terms(crime_reference="05A1/12346/26"),
    ],
)
def test_search_is_exact(people, taken, terms):
    assert references(terms, people.adviser) == []


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (Terms(), "reference"),
        (Terms(given_name="Zoë"), "born_on"),
        (Terms(given_name="Zoë", family_name="Nyström"), "born_on"),
        (Terms(phone="surgery"), "phone"),
        (Terms(crime_reference="--"), "crime_reference"),
    ],
)
def test_search_wants_enough_to_search_for(people, terms, field):
    with pytest.raises(NotWellFormed) as refusal:
        search(terms, by=people.adviser, why=WHY)

    assert refusal.value.field == field


def test_search_wants_to_know_why(people):
    with pytest.raises(NotWellFormed) as refusal:
        search(PHONE, by=people.adviser, why="curious")

    assert refusal.value.field == "why"


def test_search_is_not_for_whoever_works_on_no_cases(people, taken):
    with pytest.raises(PermissionDenied):
        search(PHONE, by=people.administrator, why=WHY)


@pytest.mark.parametrize("phone", ["07700 900461", "07700 900462"])
def test_search_leaves_one_entry_with_the_tag_and_not_the_term(people, taken, phone):
    search(Terms(phone=phone), by=people.adviser, why=WHY)

    with unit_of_work(people.adviser.context):
        entry = AuditEntry.objects.filter(action="case.search").get()
    assert (entry.object_type, entry.purpose, entry.decision) == ("search", WHY, "allowed")
    assert entry.object_id.startswith("phone:")
    assert "900" not in entry.object_id.removeprefix("phone:")[:3] + entry.purpose
    assert phone not in str(vars(entry))


def test_search_too_often_is_refused_and_is_on_record(people, taken):
    for _ in range(SEARCHING.asked_at):
        search(PHONE, by=people.adviser, why=WHY)

    with pytest.raises(LookedTooMuch):
        search(PHONE, by=people.adviser, why=WHY)

    with unit_of_work(people.adviser.context):
        entry = AuditEntry.objects.filter(action="case.search").latest("seq")
    assert entry.decision == "refused"


@pytest.mark.parametrize("terms", [NAME, PHONE], ids=["name", "phone"])
def test_search_for_somebody_they_declared_is_not_made_and_told(people, taken, terms):
    """The manager's own search for the same person finds her: nothing else is in the way."""
    known = Known(relation="other", **{**terms.documents["identity"], "phone": terms.phone})
    unlinked = given.a_taken_referral(
        people.officer, people.adviser, documents=given.somebody_else(people.officer)
    )
    declare(
        replace(known, born_on=terms.born_on), of=people.second_adviser, by=people.second_adviser
    )

    found = search(terms, by=people.second_adviser, why=WHY)
    again = search(terms, by=people.second_adviser, why=WHY)

    assert found == again == Found([], is_own=True)
    assert [kind for kind, _ in told(people.duty_manager)].count("search.own_person") == 1
    assert references(terms, people.duty_manager) == [taken.reference]
    other = Terms(reference=unlinked.reference)
    assert references(other, people.second_adviser) == [unlinked.reference]
    with unit_of_work(people.adviser.context):
        blocked = AuditEntry.objects.filter(action="search.blocked")
        assert {each.actor for each in blocked} == {str(people.second_adviser.pk)}


def test_search_for_nobody_one_knows_is_blocked_for_no_colleague(people, taken):
    known = Known(relation="other", phone="07700 900111")
    declare(known, of=people.second_adviser, by=people.second_adviser)

    assert references(PHONE, people.second_adviser) == [taken.reference]
    assert search(Terms(phone="07700 900111"), by=people.second_adviser, why=WHY) == Found(
        [], is_own=True
    )
    assert search(Terms(phone="07700 900111"), by=people.adviser, why=WHY) == Found([])
