"""The check before a visit: without one nobody leaves, and it does not hold for long."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from referrals.errors import MoveNotAllowed, NotWellFormed
from referrals.models import Referral
from referrals.reading import open_case
from tenancy.work import unit_of_work
from tests.visits.going_out import book, check, judgement, outing_of
from visits import actions
from visits.actions.keeping_safe import CheckNeeded
from visits.models import FollowUp, SafetyEvent, VisitCheck

HOURS = timedelta(hours=1)


def test_begin_without_a_check_is_refused_and_leaves_nothing(people, own_database):
    referral = book(people)

    with pytest.raises(CheckNeeded, match="Do the check"):
        actions.begin(referral.reference, by=people.adviser)

    assert outing_of(people, referral).began_at is None
    check(people, referral)
    assert actions.begin(referral.reference, by=people.adviser).began_at


def test_begin_on_a_check_that_is_too_old_is_refused(people, own_database):
    referral = book(people)
    made_long_ago(people, outing_of(people, referral))

    with pytest.raises(CheckNeeded, match="too old"):
        actions.begin(referral.reference, by=people.adviser)

    check(people, referral)
    assert actions.begin(referral.reference, by=people.adviser).began_at


def test_check_holds_for_as_long_as_the_settings_say(people, settings):
    settings.WHEREABOUTS_GOOD_FOR_HOURS = 2

    made = check(people, book(people))

    assert made.good_until == made.whereabouts_at + 2 * HOURS


def made_long_ago(people, outing):
    """A check of five hours ago; a row of its own, because none can be changed."""
    at = datetime.now(UTC) - 5 * HOURS
    with unit_of_work(people.adviser.context):
        VisitCheck.objects.create(
            visit_id=outing.pk,
            agency_id=outing.agency_id,
            by=people.adviser,
            at=at,
            hazards="none",
            whereabouts="in_custody",
            source="police",
            whereabouts_at=at,
            good_until=at + 4 * HOURS,
            needs_second_worker=False,
            decision="go",
        )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"source": ""}, "source"),
        ({"whereabouts_at": None}, "whereabouts_at"),
        ({"whereabouts_at": datetime.now(UTC) - 5 * HOURS}, "whereabouts_at"),
        ({"whereabouts_at": datetime.now(UTC) + 5 * HOURS}, "whereabouts_at"),
        ({"whereabouts": "near"}, "decision"),
        ({"whereabouts": "not_known", "source": "", "whereabouts_at": None}, "decision"),
        ({"needs_second_worker": True}, "decision"),
        ({"is_refused": True}, "decision"),
        ({"buddy": None}, "buddy"),
    ],
)
def test_check_that_does_not_fit_is_refused_and_leaves_nothing(people, changes, field):
    referral = book(people)

    with pytest.raises(NotWellFormed) as refused:
        check(people, referral, **changes)

    assert refused.value.field == field
    with unit_of_work(people.adviser.context):
        assert not VisitCheck.objects.exists()
    assert check(people, referral)


@pytest.mark.parametrize("who", ["adviser", "wirral_adviser", "administrator"])
def test_check_with_a_buddy_who_cannot_be_one_is_refused(people, who):
    referral = book(people)

    with pytest.raises(NotWellFormed) as refused:
        check(people, referral, buddy=getattr(people, who))

    assert refused.value.field == "buddy"
    assert check(people, referral, buddy=people.duty_manager)


def test_check_with_the_second_worker_as_buddy_is_refused(people):
    referral = book(people, second_worker=people.second_adviser)

    with pytest.raises(NotWellFormed, match="stays behind"):
        check(people, referral)

    assert check(people, referral, buddy=people.duty_manager)


def test_not_even_the_database_takes_a_worker_as_buddy(people):
    referral = book(people)
    outing = outing_of(people, referral)

    with unit_of_work(people.adviser.context):
        for buddy, is_refused in ((people.adviser, True), (people.duty_manager, False)):
            outing.buddy = buddy
            if is_refused:
                with (
                    pytest.raises(DatabaseError, match="buddy_stays_behind"),
                    transaction.atomic(),
                ):
                    outing.save(update_fields=["buddy"])
            else:
                outing.save(update_fields=["buddy"])


def test_check_says_whether_two_are_needed_and_then_nobody_goes_alone(people):
    referral = book(people)

    check(people, referral, needs_second_worker=True, decision="with_second")

    with unit_of_work(people.adviser.context):
        assert FollowUp.objects.get(referral=referral).needs_second_worker
    with pytest.raises(CheckNeeded, match="Two workers"):
        actions.begin(referral.reference, by=people.adviser)
    again = actions.Booking(
        adviser=people.adviser,
        second_worker=people.second_adviser,
        starts_at=datetime.now(UTC) + HOURS,
        venue="home",
        outside_reason="she_asked",
        moved_reason="not_safe",
    )
    actions.book(referral.reference, again, by=people.adviser)
    check(people, referral, needs_second_worker=True, buddy=people.duty_manager)
    assert actions.begin(referral.reference, by=people.second_adviser).began_at


@pytest.mark.parametrize("decision", ["elsewhere", "do_not_go"])
def test_check_that_says_no_lets_nobody_leave_until_it_is_made_anew(people, decision):
    referral = book(people)

    check(people, referral, decision=decision, buddy=None, is_refused=True)

    assert outing_of(people, referral).ended_how == "called_off"
    with pytest.raises(CheckNeeded, match="not to go"):
        actions.begin(referral.reference, by=people.adviser)
    check(people, referral)
    assert actions.begin(referral.reference, by=people.adviser).began_at


def test_check_keeps_what_the_hazards_are_sealed_among_the_agencys_notes(people):
    referral = book(people)

    check(people, referral, hazards="some", note="Two dogs loose in the yard.")

    case = open_case(referral.reference, by=people.adviser)
    assert "Two dogs loose in the yard." in [each.document.get("text") for each in case.records]
    police = open_case(referral.reference, by=people.officer)
    assert "Two dogs" not in repr(police.records)


def test_check_where_nobody_leaves_the_building_is_refused(people):
    referral = book(people, venue="our_office")

    with pytest.raises(MoveNotAllowed, match="goes out"):
        check(people, referral)

    elsewhere = book(people, by=people.second_adviser)
    assert check(people, elsewhere, by=people.second_adviser, buddy=people.duty_manager)


def test_check_is_another_agencys_to_do_as_if_there_were_none(people):
    referral = book(people)
    made = judgement(people.second_adviser)

    with pytest.raises(Referral.DoesNotExist):
        actions.check_visit(referral.reference, made, by=people.wirral_adviser)
    with pytest.raises(PermissionDenied):
        actions.check_visit(referral.reference, made, by=people.second_adviser)

    assert actions.check_visit(referral.reference, made, by=people.adviser)


def test_nobody_elses_check_or_event_can_be_written_or_changed(people):
    referral = book(people)
    made = check(people, referral)

    with unit_of_work(people.second_adviser.context):
        made.pk, made._state.adding = None, True  # noqa: SLF001 -- a row no action would make
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            made.save(force_insert=True)
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            VisitCheck.objects.update(decision="go")
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            SafetyEvent.objects.all().delete()
        assert VisitCheck.objects.count() == 1


def test_another_agency_sees_nothing_of_it(people):
    check(people, book(people))

    with unit_of_work(people.wirral_adviser.context):
        assert not VisitCheck.objects.exists()
    with unit_of_work(people.duty_manager.context):
        assert VisitCheck.objects.exists()


def test_the_referring_agency_sees_nothing_of_it(people):
    check(people, book(people))

    with unit_of_work(people.officer.context):
        assert not VisitCheck.objects.exists()
