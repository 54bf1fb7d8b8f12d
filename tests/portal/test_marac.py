"""The pages of the MARAC."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import AuditEntry
from marac import actions
from marac.models import Listing, MaracAction, MaracReferral, Meeting, Telling
from marac.sweeping import sweep
from referrals.actions import withdraw_consent
from tenancy.work import unit_of_work
from tests import databases, given
from tests.accounts.signing_in import sign_in
from tests.marac.conftest import details, plan, take_on
from tests.portal.answers import NAMES, moment
from tests.world import HALTON, LIVERPOOL
from visits import actions as visiting

ANSWERS = {
    "grounds": ["visible_high_risk"],
    "knows": "yes",
    "said_repeat": "not_known",
    "agreement": "given",
    "method": "phone",
    "compartments": ["identity", "contact", "risk"],
}


@pytest.fixture
def coordinator(people):
    return sign_in(people.coordinator)


@pytest.fixture
def adviser(people):
    return sign_in(people.adviser)


@pytest.fixture
def taken(people):
    return given.a_taken_referral(people.officer, people.adviser)


@pytest.fixture
def meeting(people):
    return plan(people)


@pytest.fixture
def referred(people, taken):
    return actions.refer(taken.reference, details(), by=people.adviser)


@pytest.fixture
def listed(people, referred, meeting):
    return take_on(people, referred, meeting)


def of(name, meeting):
    return reverse(f"portal:{name}", args=[meeting.area_code, meeting.held_on])


def at(name, reference):
    return reverse(f"portal:{name}", args=[reference])


def answered(browser, name, reference, **answers):
    """What a form answers."""
    return browser.post(at(name, reference), answers).status_code


def looked(member, name, reference):
    """What somebody who signs in gets to see."""
    return sign_in(member).get(at(name, reference)).status_code


def counted(member, model):
    with unit_of_work(member.context):
        return model.objects.count()


def exports(member):
    with unit_of_work(member.context):
        lines = AuditEntry.objects.filter(action="marac.export").order_by("seq")
        return list(lines.values_list("purpose", "decision"))


def test_meetings_are_listed_for_who_calls_them_and_who_is_invited(
    people, meeting, referred, coordinator, adviser
):
    theirs = coordinator.get(reverse("portal:marac")).content.decode()
    invited = adviser.get(reverse("portal:marac")).content.decode()
    others = sign_in(people.wirral_adviser).get(reverse("portal:marac")).content.decode()

    assert of("marac_meeting", meeting) in theirs
    assert referred.referral.reference in theirs
    assert of("marac_meeting", meeting) in invited
    assert referred.referral.reference not in invited
    assert of("marac_meeting", meeting) not in others
    assert sign_in(people.officer).get(reverse("portal:marac")).status_code == 403


def test_plan_a_meeting(people, coordinator, adviser):
    held_at = datetime.now(UTC) + timedelta(days=9)
    answers = {
        "area_code": LIVERPOOL,
        "invited": ["liverpool-idva"],
        **moment("held_at", held_at),
        **moment("closes_at", held_at - timedelta(days=2)),
    }
    assert adviser.post(reverse("portal:marac_plan"), answers).status_code == 403
    assert sign_in(people.duty_manager).get(reverse("portal:marac_plan")).status_code == 403
    assert counted(people.coordinator, Meeting) == 0

    assert coordinator.get(reverse("portal:marac_plan")).status_code == 200
    done = coordinator.post(reverse("portal:marac_plan"), answers)

    assert done.status_code == 303
    assert counted(people.adviser, Meeting) == 1
    again = coordinator.post(reverse("portal:marac_plan"), answers)
    assert again.status_code == 409


def test_list_is_the_coordinators_and_holds_no_name(people, meeting, listed, coordinator, adviser):
    page = coordinator.get(of("marac_meeting", meeting)).content.decode()
    invited = adviser.get(of("marac_meeting", meeting)).content.decode()

    assert listed.marac.referral.reference in page
    assert "1 case" in page
    assert not any(name in page for name in NAMES)
    assert listed.marac.referral.reference not in invited
    unseen = sign_in(people.wirral_adviser).get(of("marac_meeting", meeting))
    absent = coordinator.get(reverse("portal:marac_meeting", args=[LIVERPOOL, date(2031, 1, 1)]))
    assert (unseen.status_code, absent.status_code) == (404, 404)
    assert coordinator.get(f"/marac/{LIVERPOOL}/2026-02-31/").status_code == 404


@pytest.mark.parametrize(
    "page", ["marac_agenda", "marac_agenda_file", "marac_names", "marac_close"]
)
def test_agenda_is_the_coordinators_alone(people, meeting, listed, coordinator, adviser, page):
    assert coordinator.get(of(page, meeting)).status_code == 200
    assert adviser.get(of(page, meeting)).status_code == 403
    assert sign_in(people.duty_manager).get(of(page, meeting)).status_code == 403
    assert sign_in(people.team_lead).get(of(page, meeting)).status_code == 404
    assert exports(people.adviser) == []


def test_agenda_leaves_on_record_and_without_names(people, meeting, listed, coordinator):
    printed = coordinator.get(of("marac_agenda", meeting)).content.decode()
    file = coordinator.get(of("marac_agenda_file", meeting))

    assert file["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in file["Content-Disposition"]
    for content in (printed, file.content.decode()):
        assert listed.marac.referral.reference in content
        assert not any(name in content for name in NAMES)
    assert exports(people.coordinator) == [("print", "allowed"), ("csv", "allowed")]


def test_names_stand_behind_a_step_that_is_on_record(people, meeting, listed, coordinator):
    asked = coordinator.get(of("marac_names", meeting)).content.decode()
    unsaid = coordinator.post(of("marac_names", meeting), {}).content.decode()
    assert "Nyström" not in asked + unsaid
    assert exports(people.coordinator) == []

    shown = coordinator.post(of("marac_names", meeting), {"understood": "on"}).content.decode()

    assert "Zoë" in shown
    assert exports(people.coordinator) == [("names", "allowed")]
    with unit_of_work(people.coordinator.context):
        opened = AuditEntry.objects.filter(action="case.open", purpose="MARAC agenda")
        assert opened.get().object_id == listed.marac.referral.reference


def test_names_end_with_the_access_to_the_case(people, meeting, listed, coordinator):
    withdraw_consent(listed.marac.referral.reference, by=people.adviser)

    shown = coordinator.post(of("marac_names", meeting), {"understood": "on"}).content.decode()

    assert "No access any more" in shown
    assert "Zoë" not in shown


def test_list_asks_the_same_for_three_cases_and_for_many(people, meeting, coordinator):
    def put_on_the_list(number):
        for _ in range(number):
            case = given.a_taken_referral(people.officer, people.adviser, parties=[])
            marac = actions.refer(case.reference, details(), by=people.adviser)
            take_on(people, marac, meeting)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            page = coordinator.get(of("marac_meeting", meeting)).content.decode()
        return len(asked), page.count('govuk-summary-card"')

    put_on_the_list(3)
    queries()
    few = queries()
    put_on_the_list(37)
    queries()  # a session that was quiet for a while is touched, once

    assert queries() == (few[0], 40)


def test_take_on_move_and_take_off(people, referred, meeting, coordinator, adviser):
    reference, later = referred.referral.reference, plan(people, 14)
    choice = {"meeting": f"{LIVERPOOL}.{meeting.held_on}"}
    for page in ("marac_take_on", "marac_move", "marac_take_off", "marac_transfer"):
        assert coordinator.get(at(page, reference)).status_code == 200
        assert adviser.get(at(page, reference)).status_code == 403
        assert sign_in(people.duty_manager).get(at(page, reference)).status_code == 403
        assert coordinator.get(at(page, "PH-22222222")).status_code == 404
    assert (
        coordinator.post(
            at("marac_move", reference), {**choice, "reason": "agency_absent"}
        ).status_code
        == 409
    )

    assert coordinator.post(at("marac_take_on", reference), choice).status_code == 303
    assert coordinator.post(at("marac_take_on", reference), choice).status_code == 409
    unsaid = coordinator.post(at("marac_move", reference), {"meeting": ""})
    assert (unsaid.status_code, "Select a meeting" in unsaid.content.decode()) == (200, True)
    moved = {"meeting": f"{LIVERPOOL}.{later.held_on}", "reason": "agency_absent"}
    assert coordinator.post(at("marac_move", reference), moved).status_code == 303
    assert (
        coordinator.post(at("marac_take_off", reference), {"reason": "not_met"}).status_code == 303
    )

    assert counted(people.adviser, Listing) == 2
    with unit_of_work(people.adviser.context):
        assert MaracReferral.objects.get().end_reason == "not_met"


def test_close_and_hold(people, meeting, coordinator):
    assert coordinator.post(of("marac_hold", meeting)).status_code == 409
    assert coordinator.post(of("marac_close", meeting)).status_code == 303
    assert coordinator.post(of("marac_close", meeting)).status_code == 409
    with time_machine.travel(meeting.held_at + timedelta(hours=2)):
        browser = sign_in(people.coordinator)
        assert browser.post(of("marac_hold", meeting)).status_code == 303

    with unit_of_work(people.coordinator.context):
        assert Meeting.objects.get().state == "held"


def test_result_is_recorded_with_an_action(people, listed, meeting, coordinator):
    reference = listed.marac.referral.reference
    assert coordinator.get(at("marac_result", reference)).status_code == 409
    due = meeting.held_on + timedelta(days=7)
    boxes = {"due_on_day": due.day, "due_on_month": due.month, "due_on_year": due.year}
    answers = {"words": "High risk stands.", "code": "home_security", "agency": "rowan", **boxes}
    with time_machine.travel(meeting.held_at + timedelta(hours=2)):
        browser = sign_in(people.coordinator)
        assert browser.get(at("marac_result", reference)).status_code == 200
        half = browser.post(at("marac_result", reference), {"code": "home_security"})
        assert "Select which agency does it" in half.content.decode()
        assert browser.post(at("marac_result", reference), answers).status_code == 303
        page = browser.get(at("marac_result", reference)).content.decode()

    assert "High risk stands." in page
    assert "Rowan Counselling" in page


def test_refer_from_the_case(people, taken, meeting, adviser):
    page = adviser.get(at("refer_to_marac", taken.reference)).content.decode()
    assert "must never be told" in page
    assert "reaches it" in page
    assert "Refer to MARAC" in adviser.get(at("case", taken.reference)).content.decode()
    unmet = adviser.post(
        at("refer_to_marac", taken.reference), {**ANSWERS, "grounds": ["potential_escalation"]}
    )
    assert "3 or more police incidents" in unmet.content.decode()
    unagreed = {
        **ANSWERS,
        "agreement": "high_risk",
        "answer": "refused",
        "safe_to_tell": "not_safe",
    }
    unagreed |= {"reason": "He has said in writing what he will do."}
    refused = adviser.post(at("refer_to_marac", taken.reference), unagreed).content.decode()
    assert "only with their agreement" in refused
    assert counted(people.adviser, MaracReferral) == 0

    assert adviser.post(at("refer_to_marac", taken.reference), ANSWERS).status_code == 303

    assert counted(people.adviser, MaracReferral) == 1
    assert "on no meeting’s list yet" in adviser.get(at("case", taken.reference)).content.decode()
    assert adviser.post(at("refer_to_marac", taken.reference), ANSWERS).status_code == 409
    assert (
        sign_in(people.second_adviser).get(at("refer_to_marac", taken.reference)).status_code == 403
    )
    assert (
        sign_in(people.wirral_adviser).get(at("refer_to_marac", taken.reference)).status_code == 404
    )


def test_tell_her_the_result(own_database, people, listed, meeting, taken):
    """The worker adds the duty once the meeting's time has passed."""
    adviser = sign_in(people.adviser)
    assert adviser.post(at("tell_result", taken.reference), {"outcome": "told"}).status_code == 409
    with databases.signed_in_as(databases.WORKER):
        sweep(meeting.held_at)
    assert "Tell them the result" in adviser.get(at("case", taken.reference)).content.decode()
    page = adviser.get(at("tell_result", taken.reference)).content.decode()
    assert "Contact allowed." in page
    assert adviser.post(at("tell_result", taken.reference), {}).status_code == 200

    done = adviser.post(at("tell_result", taken.reference), {"outcome": "told"})

    assert done.status_code == 303
    with unit_of_work(people.coordinator.context):
        assert Telling.objects.get().outcome == "told"
    assert "Tell them the result" not in adviser.get(at("case", taken.reference)).content.decode()


def test_coordinator_passes_a_police_referral_on(people, coordinator):
    referral = visiting.refer_after_visit(
        given.details(area_code=HALTON),
        given.consent(),
        by=people.cheshire_officer,
        visit_ended_at=datetime.now(UTC) - timedelta(hours=2),
    )
    visiting.take(referral.reference, by=people.coordinator)

    case = coordinator.get(at("case", referral.reference)).content.decode()

    assert "Pass to the IDVA service" in case
    assert coordinator.get(at("pass_to_idva", referral.reference)).status_code == 200
    assert coordinator.get(at("enter_at_marac", referral.reference)).status_code == 200


def test_move_a_meeting_and_cancel_it(people, meeting, listed, coordinator, adviser):
    later = meeting.held_at + timedelta(days=2)
    times = {**moment("held_at", later), **moment("closes_at", later - timedelta(days=1))}
    moving, cancelling = of("marac_reschedule", meeting), of("marac_cancel", meeting)
    stranger = sign_in(people.wirral_adviser)
    for address, answers in ((moving, times), (cancelling, {"reason": "no_room"})):
        assert adviser.post(address, answers).status_code == 403
        assert sign_in(people.duty_manager).post(address, answers).status_code == 403
        assert stranger.post(address, answers).status_code == 403
        assert coordinator.get(address).status_code == 200

    moved = coordinator.post(moving, times)
    assert moved.status_code == 303
    assert listed.marac.referral.reference in coordinator.get(moved["Location"]).content.decode()
    assert coordinator.get(cancelling).status_code == 404

    cancelling = f"{moved['Location']}cancel/"
    assert "Select why" in coordinator.post(cancelling, {}).content.decode()
    done = coordinator.post(cancelling, {"reason": "no_room"})
    assert (done.status_code, done["Location"]) == (303, reverse("portal:marac"))
    page = coordinator.get(done["Location"]).content.decode()
    assert listed.marac.referral.reference in page
    assert "cancelled" in page
    assert coordinator.post(cancelling, {"reason": "no_room"}).status_code == 409


def test_agreed_actions_are_noted_as_done_by_the_coordinator(people, meeting, listed, coordinator):
    agreed = actions.Agreed(
        code="housing",
        agency=people.team_lead.agency,
        due_on=meeting.held_on + timedelta(days=3),
    )
    reference = listed.marac.referral.reference
    with time_machine.travel(meeting.held_at + timedelta(hours=1), tick=True):
        actions.record_result(reference, [agreed], by=people.coordinator)
        with unit_of_work(people.coordinator.context):
            done = reverse("portal:marac_done", args=[MaracAction.objects.get().pk])
    with time_machine.travel(meeting.held_at + timedelta(days=9), tick=True):
        late, owner = sign_in(people.coordinator), sign_in(people.team_lead)
        assert done in late.get(reverse("portal:marac")).content.decode()
        theirs = owner.get(reverse("portal:marac_agreed")).content.decode()
        assert ("Housing" in theirs, "Overdue" in theirs) == (True, True)
        assert (done in theirs, reference in theirs) == (False, False)
        assert owner.post(done).status_code == 403
        assert sign_in(people.wirral_adviser).post(done).status_code == 404

        assert late.get(done).status_code == 200
        assert late.post(done).status_code == 303
        assert late.post(done).status_code == 409
        assert done not in late.get(reverse("portal:marac")).content.decode()
        assert "Nothing is left" in owner.get(reverse("portal:marac_agreed")).content.decode()
