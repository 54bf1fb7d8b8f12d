"""The clocks on the screen: shown, paused, explained, set anew; what changed outside."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from directory.safe_times import SafeWindow
from referrals import actions as referring
from tenancy.work import unit_of_work
from tests import given
from tests.accounts.signing_in import sign_in
from tests.portal.answers import moment
from visits import actions
from visits.models import ChangeOfCircumstance, FollowUp, Lateness

HOUR = timedelta(hours=1)
PAGES = ("pause", "record_change")


def taken(people, hours=2, **facts):
    """A referral that the adviser has, so many hours after the police left."""
    referral = actions.refer_after_visit(
        given.details(**facts),
        given.consent(),
        by=people.officer,
        visit_ended_at=datetime.now(UTC) - hours * HOUR,
    )
    return actions.take(referral.reference, by=people.adviser)


@pytest.fixture
def adviser(people):
    return sign_in(people.adviser)


def at(name, referral):
    return reverse(f"portal:{name}", args=[referral.reference])


def text(browser, url):
    return browser.get(url).content.decode()


def pause_form(hours=6, **changes):
    review_at = timezone.now() + hours * HOUR
    return {"reason": "not_alone", **moment("review_at", review_at), **changes}


def change_form(**changes):
    return {"kind": "released", **moment("happened_at", timezone.now() - HOUR), **changes}


def follow_up_of(referral, member):
    with unit_of_work(member.context):
        return FollowUp.objects.get(referral=referral)


@pytest.mark.parametrize("page", PAGES)
def test_pages_about_clocks_are_theirs_who_work_on_it(people, adviser, page):
    referral = taken(people)

    assert adviser.get(at(page, referral)).status_code == 200
    assert sign_in(people.duty_manager).get(at(page, referral)).status_code == 200
    assert sign_in(people.second_adviser).get(at(page, referral)).status_code == 403
    assert sign_in(people.officer).get(at(page, referral)).status_code == 403
    absent = adviser.get(at(page, referral).replace(referral.reference, "PH-22222222"))
    unseen = sign_in(people.wirral_adviser).get(at(page, referral))
    assert (unseen.status_code, absent.status_code) == (404, 404)
    assert unseen.content == absent.content


def test_case_shows_its_clocks_and_what_can_be_done_about_them(people, adviser):
    page = text(adviser, at("case", taken(people)))

    for words in ("Clocks", "Contact", "Visit", "Victims’ Code", "Pause the clocks"):
        assert words in page
    assert "Set the clocks anew" not in page


def test_pause_review_and_resume(people, adviser):
    referral = taken(people)
    assert adviser.get(at("resume", referral)).status_code == 409
    assert adviser.get(at("review_pause", referral)).status_code == 409

    paused = adviser.post(at("pause", referral), pause_form(), follow=True).content.decode()

    assert "The clocks are paused." in paused
    assert "Clocks paused: The alleged perpetrator is with them." in paused
    assert "Clocks paused: do not try now." in text(adviser, reverse("portal:duty_desk"))
    assert adviser.get(at("pause", referral)).status_code == 409
    assert adviser.post(at("pause", referral), pause_form()).status_code == 409
    kept = adviser.post(at("review_pause", referral), pause_form(hours=20), follow=True)
    assert "The clocks stay paused." in kept.content.decode()
    went_on = adviser.post(at("resume", referral), follow=True).content.decode()
    assert "The clocks go on." in went_on
    assert "Clocks went on" in went_on
    assert follow_up_of(referral, people.adviser).paused_at is None


def test_pause_for_too_long_is_said_beside_the_field(people, adviser):
    referral = taken(people)

    answer = adviser.post(at("pause", referral), pause_form(hours=80))

    assert answer.status_code == 200
    assert "3 days at the latest" in answer.content.decode()
    assert follow_up_of(referral, people.adviser).paused_at is None


def test_late_follow_up_asks_why_and_is_not_ended_or_closed_before(people, adviser):
    referral = taken(people, 25)
    page = text(adviser, at("case", referral))
    assert page.index("Say why it was late") < page.index("Record contact")

    ended = adviser.post(at("record_visit", referral), {"outcome": "done"})
    manager = sign_in(people.duty_manager)
    closed = manager.post(at("close", referral), {"reason": "not_reached"})
    assert (ended.status_code, closed.status_code) == (409, 409)
    assert "Say first why it was late" in closed.content.decode()
    half = adviser.post(at("why_late", referral), {"contact": "no_worker"})
    assert half.status_code == 200

    said = adviser.post(
        at("why_late", referral), {"contact": "not_safe_to_try", "visit": "no_worker"}, follow=True
    ).content.decode()

    assert "It was not safe to try" in said
    assert "Say why it was late" not in said
    with unit_of_work(people.adviser.context):
        assert Lateness.objects.count() == 2
    assert adviser.post(at("record_visit", referral), {"outcome": "done"}).status_code == 303


def test_nothing_late_needs_no_reason(people, adviser):
    assert adviser.get(at("why_late", taken(people))).status_code == 409
    assert adviser.get(at("why_late", taken(people, 25))).status_code == 200


def test_safe_time_after_the_deadline_is_said_on_case_and_card(people, adviser):
    late = SafeWindow((timezone.localtime().weekday() + 2) % 7, time(9), time(10))
    referral = taken(people, safe_windows=[late])
    said = "The next safe time is after the deadline"

    assert said in text(adviser, at("case", referral))
    assert said in text(adviser, reverse("portal:duty_desk"))


def test_card_shows_when_the_visit_is_due(people, adviser):
    taken(people)

    assert "Visit by" in text(adviser, reverse("portal:duty_desk"))


def test_officer_reports_a_release_and_it_goes_to_the_top_of_the_desk(people, adviser):
    sooner, later = taken(people, 9), taken(people, 2)
    officer = sign_in(people.officer)
    assert "Report a change" in text(officer, at("referral", later))

    told = officer.post(at("report_change", later), change_form(), follow=True).content.decode()

    desk = text(adviser, reverse("portal:duty_desk"))
    assert "They have been told." in told
    assert "Change reported" in told
    assert "Released from custody without conditions" in desk
    assert desk.index(later.reference) < desk.index(sooner.reference)
    assert desk.count(f'id="{later.reference}"') == 1
    case = text(adviser, at("case", later))
    assert "Deal with what changed" in case
    dealt = adviser.post(at("changes", later), follow=True).content.decode()
    assert "Deal with what changed" not in dealt
    desk = text(adviser, reverse("portal:duty_desk"))
    assert desk.index(sooner.reference) < desk.index(later.reference)
    assert adviser.get(at("changes", later)).status_code == 409


def test_report_is_the_senders(people, adviser):
    referral = taken(people)

    assert sign_in(people.officer).get(at("report_change", referral)).status_code == 200
    assert sign_in(people.supervisor).get(at("report_change", referral)).status_code == 200
    assert sign_in(people.colleague).get(at("report_change", referral)).status_code == 404
    assert adviser.get(at("report_change", referral)).status_code == 403
    assert sign_in(people.wirral_adviser).get(at("report_change", referral)).status_code == 404
    gone = actions.refer_after_visit(
        given.details(), given.consent(), by=people.officer, visit_ended_at=datetime.now(UTC)
    )
    referring.withdraw(gone.reference, by=people.officer, reason="sent_in_error")
    assert sign_in(people.officer).get(at("report_change", gone)).status_code == 409
    assert sign_in(people.officer).post(at("report_change", gone), change_form()).status_code == 409
    with unit_of_work(people.adviser.context):
        assert not ChangeOfCircumstance.objects.exists()


def test_what_the_desk_records_the_officer_does_not_read(people, adviser):
    referral = taken(people)

    adviser.post(at("record_change", referral), change_form(kind="bail_changed"))

    assert "Bail conditions changed" in text(adviser, at("case", referral))
    assert "Bail conditions changed" not in text(sign_in(people.officer), at("referral", referral))


def test_desk_asks_the_same_number_of_questions_however_much_changed(people, adviser):
    def questions():
        with CaptureQueriesContext(connection) as asked:
            adviser.get(reverse("portal:duty_queue"))
        return len(asked)

    referrals = [taken(people) for _ in range(3)]
    change = actions.Change(kind="released", happened_at=datetime.now(UTC))
    actions.report_change(referrals[0].reference, change, by=people.officer)
    one = questions()
    for referral in referrals[1:]:
        actions.report_change(referral.reference, change, by=people.officer)

    assert questions() == one


def test_clocks_are_set_anew_by_managers_alone(people, adviser):
    referral = taken(people)
    manager = sign_in(people.duty_manager)

    assert "Set the clocks anew" in text(manager, at("case", referral))
    assert adviser.get(at("rebase", referral)).status_code == 403
    assert manager.get(at("rebase", referral)).status_code == 200
    unmoved = manager.post(at("rebase", referral), {"reason": "policy_changed"})
    assert unmoved.status_code == 409
    assert "stand as the policy" in unmoved.content.decode()


def test_programme_shows_every_area_and_what_comes_from_outside(people):
    halton = actions.refer_after_visit(
        given.details(area_code="E06000006"),
        given.consent(),
        by=people.officer,
        visit_ended_at=datetime.now(UTC),
    )

    page = text(sign_in(people.duty_manager), reverse("portal:programme"))

    for area in ("Halton", "Knowsley", "Liverpool", "Sefton", "St Helens", "Wirral"):
        assert area in page
    assert "Contact within 24 hours" in page
    assert "Referrals from areas outside the programme" in page
    assert "The area’s ordinary route" in page
    assert halton.reference not in page
    assert "Set the running clocks of Liverpool anew" in page
    assert "Set the running clocks of Wirral anew" not in page
    assert "Programme" in text(sign_in(people.coordinator), reverse("portal:programme"))


def test_programme_is_for_managers(people, adviser):
    rebase = reverse("portal:rebase_area", args=["E08000012"])

    for browser in (adviser, sign_in(people.officer), sign_in(people.caseworker)):
        assert browser.get(reverse("portal:programme")).status_code == 403
        assert browser.get(rebase).status_code == 403
    manager = sign_in(people.duty_manager)
    assert manager.get(rebase).status_code == 200
    assert manager.get(rebase.replace("E08000012", "E09000001")).status_code == 404
    answer = manager.post(rebase, {"reason": "policy_changed"}, follow=True)
    assert "Set anew: 0." in answer.content.decode()
    assert "Select why" in manager.post(rebase, {}).content.decode()


def test_sender_is_told_in_words_which_way_it_goes(people):
    officer = sign_in(people.officer)
    draft = actions.draft_after_visit(
        given.details(area_code="E06000006"),
        given.consent(),
        by=people.officer,
        visit_ended_at=datetime.now(UTC),
    )
    said = "This area is outside the 24-hour programme: it takes its ordinary route."

    assert said in text(officer, at("check", draft))
    officer.post(at("check", draft))
    assert said in text(officer, at("sent", draft))
