"""Two cases of one person: nobody gains, and what protects in the one protects in the other."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from audit.models import AuditEntry
from referrals import actions
from referrals.actions.declaring import Known, declare
from referrals.actions.joining import joined_referrals
from referrals.errors import MoveNotAllowed, NotWellFormed, ReasonMissing
from referrals.models import JoinedCase, Referral
from referrals.reading import open_case
from tenancy.work import unit_of_work
from tests import given
from tests.referrals.conftest import as_owner, found_faults


@pytest.fixture
def two(house):
    """Two cases of the adviser's, the second shared with a service as well."""
    made = []
    for nth in range(2):
        words = given.somebody_else(house.officer)
        contact = {**words["contact"], "phone": f"07700 900{600 + nth}"}
        made.append(
            given.a_taken_referral(
                house.officer,
                house.adviser,
                documents={**words, "contact": contact},
                safe_windows=given.ANY_TIME,
            )
        )
    onward = given.an_onward_referral(made[1], house.adviser, "rowan")
    actions.accept(onward.reference, by=house.caseworker)
    return (*made, onward)


def join(house, one, other, by=None, reason="they_said_so"):
    by = by or house.duty_manager
    return actions.join_cases(one.reference, other.reference, by=by, reason=reason)


def part(house, one, other, reason="somebody_else"):
    return actions.part_cases(one.reference, other.reference, by=house.duty_manager, reason=reason)


def opened(member, referral):
    return {each.record_id for each in open_case(referral.reference, by=member).records}


def blocked(case_id):
    query = (
        "SELECT membership_id FROM referrals_conflictblock WHERE case_id = %s AND lifted_at IS NULL"
    )
    return {row[0] for row in as_owner(query, case_id)}


def held(case_id):
    query = "SELECT count(*) FROM referrals_contacthold WHERE case_id = %s AND released_at IS NULL"
    return as_owner(query, case_id)[0][0]


def contact(case_id):
    return as_owner("SELECT DISTINCT contact FROM referrals_referral WHERE case_id = %s", case_id)


def test_joined_each_agency_opens_exactly_what_it_did(house, two):
    one, other, onward = two
    before = [
        opened(house.adviser, one),
        opened(house.adviser, other),
        opened(house.caseworker, onward),
    ]

    join(house, one, other)

    assert before == [
        opened(house.adviser, one),
        opened(house.adviser, other),
        opened(house.caseworker, onward),
    ]
    with pytest.raises(Referral.DoesNotExist):
        open_case(one.reference, by=house.caseworker)
    with unit_of_work(house.adviser.context):
        assert joined_referrals(one.case_id, house.adviser) == [other]
        assert joined_referrals(other.case_id, house.adviser) == [one]
    with unit_of_work(house.caseworker.context):
        assert not JoinedCase.objects.exists()
    assert found_faults() == []


def test_conflicts_unite_those_found_before_and_those_found_later(house, two):
    one, other, onward = two
    phone = open_case(one.reference, by=house.adviser).document("contact")["phone"]
    declare(Known(relation="family", phone=phone), of=house.second_adviser, by=house.second_adviser)
    assert blocked(other.case_id) == set()

    join(house, one, other)
    theirs = open_case(other.reference, by=house.adviser).document("contact")["phone"]
    declare(Known(relation="family", phone=theirs), of=house.caseworker, by=house.caseworker)

    assert blocked(one.case_id) == blocked(other.case_id)
    assert blocked(other.case_id) == {house.second_adviser.pk, house.caseworker.pk}
    with pytest.raises(Referral.DoesNotExist):
        open_case(other.reference, by=house.second_adviser)
    with pytest.raises(Referral.DoesNotExist):
        open_case(onward.reference, by=house.caseworker)
    as_owner("DELETE FROM referrals_conflictblock")
    as_owner("DELETE FROM referrals_conflicttag")


def test_parted_each_keeps_out_whom_it_did_by_itself(house, two):
    one, other, _ = two
    phone = open_case(one.reference, by=house.adviser).document("contact")["phone"]
    declare(Known(relation="family", phone=phone), of=house.second_adviser, by=house.second_adviser)
    join(house, one, other)
    assert blocked(other.case_id) == {house.second_adviser.pk}

    part(house, one, other)

    assert blocked(one.case_id) == {house.second_adviser.pk}
    assert blocked(other.case_id) == set()
    as_owner("DELETE FROM referrals_conflictblock")
    as_owner("DELETE FROM referrals_conflicttag")


def test_contact_held_in_the_one_is_held_in_the_other(house, two):
    one, other, onward = two
    hold = "INSERT INTO referrals_contacthold (id, case_id, agency_id, reason, at, by_id,"
    hold += " release_reason) VALUES (gen_random_uuid(), %s, %s, 'someone_else', now(), %s, '')"
    adviser = house.adviser
    join(house, one, other)
    assert (held(one.case_id), held(other.case_id)) == (0, 0)

    as_owner(hold, one.case_id, adviser.agency_id, adviser.pk)

    assert (held(one.case_id), held(other.case_id)) == (1, 1)
    assert contact(other.case_id) == [("held",)]
    assert onward.pk != other.pk


def test_contact_held_before_is_held_in_both_from_then_on(house, two):
    one, other, _ = two
    hold = "INSERT INTO referrals_contacthold (id, case_id, agency_id, reason, at, by_id,"
    hold += " release_reason) VALUES (gen_random_uuid(), %s, %s, 'someone_else', now(), %s, '')"
    as_owner(hold, other.case_id, house.adviser.agency_id, house.adviser.pk)
    assert contact(one.case_id) == [("allowed",)]

    join(house, one, other)

    assert (held(one.case_id), held(other.case_id)) == (1, 1)
    assert contact(one.case_id) == [("held",)]
    part(house, one, other)
    assert held(one.case_id) == 1


def test_joining_is_for_who_answers_for_the_agency_that_leads_both(house, two):
    one, other, onward = two
    elsewhere = given.a_taken_referral(
        house.officer, house.wirral_adviser, documents=given.somebody_else(house.officer)
    )
    for by in (house.adviser, house.officer, house.supervisor):
        with pytest.raises(PermissionDenied):
            join(house, one, other, by=by)
    with pytest.raises(Referral.DoesNotExist):
        join(house, one, elsewhere)
    with pytest.raises(Referral.DoesNotExist):
        join(house, one, onward, by=house.team_lead)
    with pytest.raises(ReasonMissing):
        join(house, one, other, reason="a feeling")
    with pytest.raises(NotWellFormed, match="another case"):
        join(house, one, one)

    assert join(house, other, one).joined_by == house.duty_manager


def test_joined_once_and_parted_once(house, two):
    one, other, _ = two
    with pytest.raises(MoveNotAllowed, match="not joined"):
        part(house, one, other)
    join(house, one, other)
    with pytest.raises(MoveNotAllowed, match="already"):
        join(house, other, one)
    with pytest.raises(IntegrityError):
        as_owner(
            "INSERT INTO referrals_joinedcase (id, agency_id, first_id, second_id, reason,"
            " joined_by_id, joined_at, part_reason) SELECT gen_random_uuid(), agency_id, second_id,"
            " first_id, reason, joined_by_id, joined_at, '' FROM referrals_joinedcase"
        )

    part(house, other, one)

    assert join(house, one, other)
    with unit_of_work(house.adviser.context):
        found = AuditEntry.objects.filter(object_id=other.reference, action__startswith="case.")
        kinds = list(
            found.filter(decision="allowed").order_by("seq").values_list("action", flat=True)
        )
        assert [kind for kind in kinds if kind != "case.open"] == [
            "case.join",
            "case.part",
            "case.join",
        ]


def test_both_clocks_go_on(house, two):
    one, other, _ = two
    query = (
        "SELECT count(*) FROM referrals_referral WHERE case_id IN (%s, %s) AND status = 'accepted'"
    )
    before = as_owner(query, one.case_id, other.case_id)

    join(house, one, other)

    assert as_owner(query, one.case_id, other.case_id) == before
