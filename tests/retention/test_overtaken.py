"""What happens between a request to let go of a case and the second person's yes."""

import pytest

from disclosure import actions as disclosing
from referrals import actions as referring
from referrals.errors import MoveNotAllowed
from referrals.models import Grant
from referrals.reading import see
from retention import actions
from retention.models import Disposal, Hold
from tests import given
from tests.at_once import at_once
from tests.referrals.conftest import as_owner, found_faults
from tests.retention.conftest import grow_old, own_reference
from tests.retention.test_disposing import another_manager, ask, let_go, today

ROUNDS = 4


def keep_out(member, referral):
    """The case does not exist for a member, who declared somebody in it."""
    as_owner(
        "WITH tag AS (INSERT INTO referrals_conflicttag (id, agency_id, membership_id, declaration,"
        " relation, purpose, key_version, tag, declared_by_id, declared_at) VALUES ("
        " gen_random_uuid(), %s, %s, gen_random_uuid(), 'family', 'person', 1, 'not a tag', %s,"
        " now()) RETURNING *) INSERT INTO referrals_conflictblock (id, case_id, agency_id,"
        " membership_id, because_id, lift_reason) SELECT gen_random_uuid(), %s, agency_id,"
        " membership_id, id, '' FROM tag",
        member.agency_id,
        member.pk,
        member.pk,
        referral.case_id,
    )


def test_worked_on_since_it_was_asked_it_is_kept(house, old):
    """Another agency's work counts: the clock runs from the last activity of anybody."""
    asked, second = ask(house, old), another_manager(house)
    grow_old(old, years=1)

    with pytest.raises(MoveNotAllowed, match="not up"):
        actions.answer_disposal(asked.pk, by=second, yes=True)

    assert see(old.reference, by=house.duty_manager)
    grow_old(old, years=7)
    assert actions.answer_disposal(asked.pk, by=second, yes=True).done_at


def test_copy_that_went_meanwhile_is_not_let_go_again(house, old):
    """Nothing is let go of twice, nor a tombstone put where one stands."""
    asked, second = ask(house, old), another_manager(house)
    as_owner("SELECT retention_forget(%s, %s, now())", old.case_id, second.agency_id)

    with pytest.raises(Grant.DoesNotExist):
        actions.answer_disposal(asked.pk, by=second, yes=True)

    assert actions.answer_disposal(asked.pk, by=second, yes=False).is_approved is False


def test_hold_of_a_case_that_does_not_exist_for_somebody_is_not_theirs_to_lift(house, old):
    reference = own_reference(old, house.duty_manager)
    manager = another_manager(house)
    hold = actions.place_hold(reference, "legal", by=manager, review_on=_in_a_year())
    keep_out(house.duty_manager, old)

    with pytest.raises(Hold.DoesNotExist):
        actions.lift_hold(hold.pk, by=house.duty_manager)

    assert actions.lift_hold(hold.pk, by=manager).lifted_at


def test_what_somebody_asks_to_be_given_is_kept_until_they_are_answered(house, old):
    """Also where the request came in after one was asked to let go of it."""
    asked, second = ask(house, old), another_manager(house)
    request = disclosing.enter(
        disclosing.NewRequest(
            reference=own_reference(old, house.duty_manager),
            kind="subject_access",
            received_on=today(),
            told_them="they_ask",
        ),
        by=house.duty_manager,
    )

    with pytest.raises(MoveNotAllowed, match="asks for what it holds"):
        actions.answer_disposal(asked.pk, by=second, yes=True)
    assert see(old.reference, by=house.duty_manager)

    disclosing.refuse(request.pk, by=house.duty_manager, reason="withdrawn")
    assert actions.answer_disposal(asked.pk, by=second, yes=True).done_at


def test_register_of_requests_goes_with_the_last_copy(house, old):
    """Its rows name the case, and what was taken out of which record."""
    request = disclosing.enter(
        disclosing.NewRequest(
            reference=own_reference(old, house.duty_manager),
            kind="subject_access",
            received_on=today(),
            told_them="they_ask",
        ),
        by=house.duty_manager,
    )
    disclosing.refuse(request.pk, by=house.duty_manager, reason="withdrawn")
    let_go(house, old)
    asked = ask(house, old, by=house.supervisor)
    as_owner("UPDATE accounts_membership SET role = 'supervisor' WHERE id = %s", house.colleague.pk)

    assert actions.answer_disposal(asked.pk, by=house.colleague, yes=True).was_last

    left = "SELECT count(*) FROM disclosure_disclosurerequest WHERE id = %s"
    assert as_owner(left, request.pk) == [(0,)]


@pytest.mark.parametrize("_nth", range(ROUNDS))
def test_a_case_is_held_or_gone_and_never_both(house, _nth):
    """On real threads: the last copy's second person says yes while somebody holds it."""
    case = given.a_taken_referral(
        house.officer, house.adviser, children=False, documents=given.somebody_else(house.officer)
    )
    referring.close(case.reference, by=house.duty_manager, reason="planned")
    grow_old(case)
    let_go(house, case)
    asked = ask(house, case, by=house.supervisor)
    as_owner("UPDATE accounts_membership SET role = 'supervisor' WHERE id = %s", house.colleague.pk)
    theirs = own_reference(case, house.supervisor)

    gone, held = at_once(
        [
            lambda: actions.answer_disposal(asked.pk, by=house.colleague, yes=True),
            lambda: actions.place_hold(
                theirs, "legal", by=house.supervisor, review_on=_in_a_year()
            ),
        ]
    )

    if isinstance(held, Hold):
        assert isinstance(gone, MoveNotAllowed)
        assert see(case.reference, by=house.supervisor)
    else:
        assert isinstance(held, Grant.DoesNotExist)
        assert isinstance(gone, Disposal)
        assert gone.was_last
    assert found_faults() == []


def _in_a_year():
    return today().replace(year=today().year + 1)
