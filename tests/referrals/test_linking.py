"""Knowing a person again: within one agency, never across."""

from referrals import actions
from referrals.linking import known_cases
from referrals.models import CaseLink, SearchTag
from tenancy.work import unit_of_work
from tests import given

OTHER_PERSON = {
    "identity": {"given_name": "Ann", "family_name": "Other", "born_on": "1970-01-01"},
    "contact": {"phone": "07700 900111"},
}


def known(member, documents=given.DOCUMENTS):
    with unit_of_work(member.context):
        return known_cases(documents, member)


def links(member):
    with unit_of_work(member.context):
        return set(CaseLink.objects.values_list("case_id", "earlier_case_id"))


def test_sender_learns_of_its_own_agencys_cases_and_of_no_others(people):
    ours = given.a_sent_referral(people.officer)
    given.a_sent_referral(people.cheshire_officer, to="wirral-idva")
    given.a_sent_referral(people.officer, documents=OTHER_PERSON)

    assert known(people.officer) == [ours.case_id]
    assert known(people.colleague) == [ours.case_id]
    assert len(known(people.cheshire_officer)) == 1
    assert known(people.wirral_adviser) == known(people.adviser) == []


def test_draft_of_a_colleague_is_not_known(people):
    draft = actions.start_draft(given.details(), given.consent(), given.route(), by=people.officer)
    assert known(people.colleague) == []

    actions.send(draft.reference, by=people.officer)

    assert known(people.colleague) == [draft.case_id]


def test_person_is_known_by_each_of_three_things(people):
    referral = given.a_sent_referral(people.officer)

    for documents in [
        {"identity": {"given_name": "zoe", "family_name": "O'NYSTROM", "born_on": "1991-04-23"}},
        {"identity": {"given_name": "O’Nyström", "family_name": "Zoë", "born_on": "1991-04-23"}},
        {"contact": {"phone": "+44 (0)7700 900461"}},
        {"incident": {"crime_reference": "05a1 12345 26"}},
    ]:
        assert known(people.officer, documents) == [referral.case_id]
    assert known(people.officer, OTHER_PERSON) == known(people.officer, {}) == []


def test_desk_learns_of_a_repeat_when_it_takes_it_and_not_before(people):
    first = given.a_taken_referral(people.officer, people.adviser)
    second = given.a_sent_referral(people.cheshire_officer, to="liverpool-idva")
    assert (links(people.adviser), known(people.adviser)) == (set(), [first.case_id])

    actions.accept(second.reference, by=people.second_adviser)

    assert links(people.adviser) == {(second.case_id, first.case_id)}
    assert links(people.officer) == links(people.cheshire_officer) == set()


def test_repeat_is_a_case_of_its_own(people):
    first = given.a_sent_referral(people.officer)

    second = given.a_sent_referral(people.officer)

    assert first.case_id != second.case_id
    assert {first.status, second.status} == {"sent"}
    assert set(known(people.officer)) == {first.case_id, second.case_id}


def test_same_person_elsewhere_leaves_no_trace(people):
    given.a_taken_referral(people.officer, people.adviser)
    given.a_taken_referral(people.cheshire_officer, people.wirral_adviser)

    assert links(people.adviser) == links(people.wirral_adviser) == set()
    with unit_of_work(people.adviser.context):
        ours = {bytes(tag) for tag in SearchTag.objects.values_list("tag", flat=True)}
    with unit_of_work(people.wirral_adviser.context):
        theirs = {bytes(tag) for tag in SearchTag.objects.values_list("tag", flat=True)}
    assert (len(ours), ours & theirs) == (4, set())


def test_part_not_agreed_leaves_no_tag(people):
    given.a_taken_referral(people.officer, people.adviser)
    sent = given.a_sent_referral(people.officer, agreed=given.consent(compartments=["needs"]))

    actions.accept(sent.reference, by=people.adviser)

    assert links(people.adviser) == set()
    with unit_of_work(people.adviser.context):
        assert not SearchTag.objects.filter(case=sent.case_id).exists()


def test_taken_again_is_linked_once_more(people):
    first = given.a_taken_referral(people.officer, people.adviser)
    second = given.a_taken_referral(people.officer, people.adviser)
    parts = ["identity"]
    one = given.an_onward_referral(first, people.adviser, "rowan", compartments=parts)
    actions.accept(one.reference, by=people.caseworker)
    two = given.an_onward_referral(second, people.adviser, "rowan", compartments=parts)
    actions.accept(two.reference, by=people.caseworker)
    assert links(people.caseworker) == {(second.case_id, first.case_id)}

    actions.withdraw(two.reference, by=people.adviser, reason="sent_in_error")
    assert (links(people.caseworker), known(people.caseworker)) == (set(), [first.case_id])
    again = given.an_onward_referral(second, people.adviser, "rowan", compartments=parts)
    actions.accept(again.reference, by=people.caseworker)

    assert links(people.caseworker) == {(second.case_id, first.case_id)}


def test_changed_number_is_found_too(people):
    taken = given.a_taken_referral(people.officer, people.adviser)

    actions.amend(taken.reference, "contact", {"phone": "07700 900222"}, by=people.adviser)

    assert known(people.adviser, {"contact": {"phone": "07700900222"}}) == [taken.case_id]
    assert known(people.adviser, {"contact": {"phone": "07700900461"}}) == [taken.case_id]
    assert known(people.officer, {"contact": {"phone": "07700900222"}}) == []
