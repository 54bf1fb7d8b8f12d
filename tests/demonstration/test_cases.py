"""The loaded cases are real ones: they open, for those they should; they can be worked on."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db.models import Max

from accounts.models import Membership
from accounts.roles import Permission
from directory.contact import VisitOutcome
from directory.models import Service
from notices.models import Notice
from referrals import actions as referring
from referrals.actions.referring_on import Onward
from referrals.consistency import faults
from referrals.details import ConsentDetails
from referrals.errors import AccessEnded
from referrals.keeping import keys_of
from referrals.lifecycle import Status
from referrals.models import CaseLink, Grant, Referral, SearchTag
from referrals.reading import open_case
from referrals.sweeping import sweep as sweep_referrals
from tenancy.work import unit_of_work
from tests import databases
from tests.demonstration.conftest import CASES, at_the_owners, demo, member_called
from visits import actions as visiting
from visits.actions.booking import Booking
from visits.models import FollowUp, Rung, Visit
from visits.sweeping import sweep as sweep_visits

AGREED = ConsentDetails(
    answer="given", method="phone", wording_version="2026-1", compartments=["identity", "contact"]
)


@pytest.fixture(autouse=True)
def _in_the_demonstration(loaded: str) -> None:
    """Every test here is in it, as the web role."""


def reader_of(referral: Referral) -> Membership:
    """Somebody of the receiving agency who may open it."""
    if referral.assigned_to_id:
        return Membership.objects.select_related("agency").get(pk=referral.assigned_to_id)
    staff = Membership.objects.holding(Permission.OPEN_ANY).select_related("agency")
    return staff.filter(agency=referral.receiving_agency_id).first()


def referrals_that(**are: object) -> list[Referral]:
    """Of the demonstration, whoever may see them."""
    with at_the_owners():
        found = (
            Referral.objects.filter(**are).select_related("sent_by__agency").order_by("reference")
        )
        return list(found.select_related("receiving_agency", "sent_by__agency", "case"))


def test_demonstration_has_every_status_and_the_number_of_cases_asked_for():
    with at_the_owners():
        statuses = set(Referral.objects.values_list("status", flat=True))
        first = Referral.objects.filter(parent=None).count()

    assert statuses == set(Status.values)
    assert first == CASES


@pytest.mark.parametrize("status", [Status.ACCEPTED, Status.CLOSED])
@pytest.mark.parametrize("which", [{"parent": None}, {"parent__isnull": False}])
def test_open_case_opens_what_was_agreed(status: str, which: dict[str, object]):
    found = referrals_that(status=status, **which)

    opened = [open_case(each.reference, by=reader_of(each)) for each in found[:6]]

    assert len(opened) > 1
    assert all(case.document("identity")["given_name"] for case in opened)
    for case in opened:
        shared = {record.compartment for record in case.records if ":" not in record.compartment}
        assert shared <= set(case.referral.offered)


def test_open_case_lets_authors_read_back_what_they_wrote_and_nothing_later():
    found = referrals_that(parent=None, status=Status.ACCEPTED, case__epoch__gt=1)[:6]

    opened = [open_case(each.reference, by=each.sent_by) for each in found]

    assert all(case.document("incident") for case in opened)
    assert {record.by_id for case in opened for record in case.records} == {
        each.sent_by_id for each in found
    }


def test_open_case_is_refused_once_access_was_taken_away():
    found = referrals_that(parent__isnull=False, status=Status.WITHDRAWN, answered_at__isnull=False)
    reader = reader_of(found[0])

    with unit_of_work(reader.context), pytest.raises(AccessEnded):
        keys_of(found[0].case_id, reader.agency_id)


def test_police_hold_no_key_of_a_later_epoch():
    found = referrals_that(parent=None, status=Status.CLOSED, source="police")[:8]

    for each in found:
        with unit_of_work(each.sent_by.context):
            keys = keys_of(each.case_id, each.referring_agency_id)
        assert {epoch for _, epoch in keys} == {1}
    assert max(each.case.epoch for each in found) > 1


def test_keys_and_evidence_hold():
    with at_the_owners():
        found = list(faults())
    with databases.as_owner():
        call_command("audit", "verify")

    assert found == []


def test_one_follow_up_is_late_and_some_are_due_within_the_hour():
    now = datetime.now(UTC)
    with at_the_owners():
        waiting = FollowUp.objects.running().filter(contacted_at=None)
        late = waiting.filter(due_at__lt=now).count()
        within_the_hour = waiting.filter(due_at__range=(now, now + timedelta(hours=1))).count()
        joined = waiting.filter(programme__isnull=False).count()
        unassigned = waiting.filter(referral__assigned_to=None).count()

    assert (late, within_the_hour) == (1, 3)
    assert joined >= 15
    assert unassigned >= 10


def test_sweep_owes_nothing_for_the_past():
    now = datetime.now(UTC)
    with at_the_owners():
        before = Notice.objects.count()
    with databases.signed_in_as(databases.WORKER):
        settled = sweep_visits(now) + sweep_referrals(now)

    with at_the_owners():
        assert (settled, Notice.objects.count()) == (0, before)
        assert Rung.objects.filter(fired_at=None).aggregate(last=Max("due_at"))["last"] > now


def test_links_join_cases_of_the_same_person():
    with at_the_owners():
        links = list(CaseLink.objects.all())
        for link in links:
            tags = SearchTag.objects.filter(agency_id=link.agency_id, purpose="name_dob")
            first = set(tags.filter(case=link.earlier_case_id).values_list("tag", flat=True))
            again = set(tags.filter(case=link.case_id).values_list("tag", flat=True))
            assert not first or not again or first & again

    assert len(links) > 5


def test_officer_of_the_file_knows_that_a_service_answered():
    officer = member_called("officer@merseyside-police")
    with unit_of_work(officer.context):
        mine = Referral.objects.visible_to(officer)
        recent = mine.filter(created_at__gt=datetime.now(UTC) - timedelta(days=3))
        answered = recent.exclude(onward_answered_at=None).count()
        statuses = set(recent.values_list("status", flat=True))

    assert answered >= 1
    assert {Status.DRAFT, Status.SENT, Status.ACCEPTED} <= statuses


def test_accept_and_follow_up_work_on_what_was_loaded():
    adviser = member_called("adviser@liverpool-idva")
    (waiting, *_) = referrals_that(
        status=Status.SENT,
        source="police",
        receiving_agency__code="liverpool-idva",
        case__consents__ground="",
    )

    visiting.take(waiting.reference, by=adviser)
    starts_at = datetime.now(UTC) + timedelta(days=9)
    booking = Booking(
        adviser=adviser,
        starts_at=starts_at,
        venue="our_office",
        outside_reason="she_asked",
        off_shift_reason="agreed",
        second_worker=member_called("duty.manager@liverpool-idva"),
    )
    visiting.book(waiting.reference, booking, by=adviser)
    visiting.record_outcome(waiting.reference, VisitOutcome.DONE, by=adviser, note="She is safe.")
    with unit_of_work(adviser.context):
        service = Service.objects.get(name="Safeguarding nurses")
    child = referring.refer_on(
        waiting.reference, Onward(service=service.pk, needs=["health"], consent=AGREED), by=adviser
    )
    caseworker = member_called("caseworker@estuary-health")
    referring.accept(child.reference, by=caseworker)

    opened = open_case(child.reference, by=caseworker)
    assert {record.compartment for record in opened.records} == {"identity", "contact"}


def test_close_decline_and_withdraw_work_on_what_was_loaded():
    (taken, *_) = referrals_that(
        status=Status.ACCEPTED, parent=None, assigned_to__isnull=False, visit_ended_at__isnull=False
    )
    waiting = referrals_that(status=Status.SENT, receiving_agency__code="wirral-idva")
    (with_service, *_) = referrals_that(status=Status.ACCEPTED, parent__isnull=False)
    wirral = member_called("adviser@wirral-idva")

    closed = referring.close(taken.reference, by=reader_of(taken), reason="planned")
    declined = referring.decline(waiting[0].reference, by=wirral, reason="client_declined")
    withdrawn = referring.withdraw(
        waiting[1].reference, by=waiting[1].sent_by, reason="no_longer_wanted"
    )
    ended = referring.close(with_service.reference, by=reader_of(with_service), reason="planned")

    statuses = [each.status for each in (closed, declined, withdrawn, ended)]
    assert statuses == [Status.CLOSED, Status.DECLINED, Status.WITHDRAWN, Status.CLOSED]


def test_send_sends_a_draft_that_was_loaded():
    (draft, *_) = referrals_that(status=Status.DRAFT)

    sent = visiting.send_after_visit(draft.reference, by=draft.sent_by)

    assert sent.status == Status.SENT


def test_approve_override_approves_the_emergency_that_waits():
    sergeant = member_called("supervisor@merseyside-police")
    with at_the_owners():
        waiting = Referral.objects.filter(
            status=Status.SENT, case__consents__ground="life_at_risk", parent=None
        ).get()

    entry = referring.approve_override(waiting.reference, by=sergeant)

    assert entry.approved_by_id == sergeant.pk


def test_visits_are_booked_and_nobody_twice():
    with at_the_owners():
        booked = Visit.objects.filter(status=Visit.Status.BOOKED)
        starts = [(visit.adviser_id, visit.during.lower) for visit in booked]

    assert len(starts) >= 3
    assert len(set(starts)) == len(starts)


def test_demo_again_adds_what_is_missing_and_nothing_twice():
    with at_the_owners():
        before = Grant.objects.count()

    demo("--cases", str(CASES))
    with at_the_owners():
        unchanged = Grant.objects.count()
    demo("--cases", str(CASES + 5))
    with at_the_owners():
        cases = Referral.objects.filter(parent=None).count()

    assert unchanged == before
    assert cases == CASES + 5


def test_another_seed_adds_other_cases_and_no_second_today():
    with at_the_owners():
        before = set(Referral.objects.values_list("reference", flat=True))
        booked = Visit.objects.filter(status=Visit.Status.BOOKED).count()

    demo("--cases", "60", "--seed", "2")

    with at_the_owners():
        added = Referral.objects.exclude(reference__in=before)
        assert added.filter(parent=None).count() == 60
        assert Visit.objects.filter(status=Visit.Status.BOOKED).count() == booked
        assert list(faults()) == []
