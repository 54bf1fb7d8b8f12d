"""Going out, on the screen: one tap each, nobody's name, and a word that shows nowhere."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directory.lone_working import Finding
from tenancy.work import unit_of_work
from tests import databases
from tests.accounts.signing_in import sign_in
from tests.portal.answers import moment
from tests.visits.going_out import (
    MINUTE,
    book,
    check,
    events,
    make_overdue,
    out,
    outing_of,
    sweep_at,
)
from tests.world import People
from visits import actions
from visits.models import VisitCheck

MINE, BOARD = "/safety/", "/safety/out/"
SECRETS = ("Zoë", "Nyström", "900461", "With a friend", "L3 1BY", "Harte", "A dog")
WORD = "marmalade on toast"
PASSING = {"X-Request-ID", "Content-Security-Policy"}  # never twice the same


@pytest.fixture
def adviser(people):
    return sign_in(people.adviser)


@pytest.fixture
def manager(people):
    return sign_in(people.duty_manager)


def url(referral, page):
    return f"/safety/{referral.reference}/{page}/"


def words_of(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def a_check(**changes):
    return {
        "hazards": "none",
        "note": "",
        "whereabouts": "in_custody",
        "source": "police",
        **moment("whereabouts_at", timezone.now() - 10 * MINUTE),
        "needs_second_worker": "no",
        "decision": "go",
        "buddy": "second_adviser@example.org",
        **changes,
    }


def test_my_visits_lead_from_the_check_to_leaving_to_coming_back(people, adviser):
    referral = book(people)
    assert "Do the check before you go." in words_of(adviser, MINE)

    kept = adviser.post(url(referral, "check"), a_check(), follow=True)
    assert kept.redirect_chain == [(MINE, 303)]
    assert "I am leaving now" in kept.content.decode()

    left = adviser.post(url(referral, "leave"), follow=True).content.decode()
    assert "Your buddy expects you to check out by " in left
    assert "I am back" in left

    back = adviser.post(url(referral, "back"), follow=True).content.decode()
    assert "You are checked out." in back
    assert "Checked out today at " in back
    assert events(people, referral) == ["began", "back"]


def test_leave_without_a_check_leads_to_it(people, adviser):
    referral = book(people)

    answer = adviser.post(url(referral, "leave"), follow=True)

    assert answer.redirect_chain == [(url(referral, "check"), 303)]
    assert "Do the check before you go." in answer.content.decode()
    assert outing_of(people, referral).began_at is None


def test_check_shows_the_hazards_on_the_referral_and_puts_refusals_beside_their_fields(
    people, adviser
):
    referral = book(people)

    assert "A dog" in words_of(adviser, url(referral, "check"))
    refused = adviser.post(url(referral, "check"), a_check(whereabouts="near"))
    assert "Error: They may be at or near the place" in re.sub(
        r"<[^>]+>", "", refused.content.decode()
    )
    assert adviser.post(url(referral, "check"), a_check()).status_code == 303
    with unit_of_work(people.adviser.context):
        assert VisitCheck.objects.count() == 1


def test_check_where_nobody_goes_out_is_409(people, adviser):
    referral = book(people, venue="our_office")

    assert adviser.get(url(referral, "check")).status_code == 409
    assert "Check before the visit" not in words_of(adviser, f"/cases/{referral.reference}/")


def test_check_is_offered_on_the_case(people, adviser):
    referral = book(people)

    assert url(referral, "check") in words_of(adviser, f"/cases/{referral.reference}/")


def test_be_late_moves_the_time_once_however_often_it_is_tapped(people, adviser):
    referral = out(people)
    until = outing_of(people, referral).expected_end_at
    asked = {"minutes": "30", "until": until.isoformat()}

    for _ in range(2):
        answer = adviser.post(url(referral, "late"), asked, follow=True).content.decode()
        assert "Your buddy now expects you by " in answer

    assert outing_of(people, referral).expected_end_at == until + 30 * MINUTE


def test_be_late_too_often_says_so(people, adviser):
    referral = out(people)
    for _ in range(4):
        until = outing_of(people, referral).expected_end_at
        adviser.post(url(referral, "late"), {"minutes": "15", "until": until.isoformat()})
    until = outing_of(people, referral).expected_end_at

    asked = {"minutes": "15", "until": until.isoformat()}
    answer = adviser.post(url(referral, "late"), asked, follow=True).content.decode()

    assert "You cannot put it off again" in answer
    assert "min more" not in answer
    assert outing_of(people, referral).expected_end_at == until


@pytest.mark.parametrize(
    "asked", [{}, {"minutes": "999", "until": "x"}, {"minutes": "15", "until": "2026-99-99T1"}]
)
def test_be_late_with_nonsense_changes_nothing(people, adviser, asked):
    referral = out(people)
    until = outing_of(people, referral).expected_end_at

    assert adviser.post(url(referral, "late"), asked).status_code in {303, 409}

    assert outing_of(people, referral).expected_end_at == until


def test_not_going_wants_a_reason_and_then_expects_nobody(people, adviser):
    referral = book(people)

    assert adviser.post(url(referral, "not-going"), {"reason": ""}).status_code == 409
    assert outing_of(people, referral).ended_at is None

    adviser.post(url(referral, "not-going"), {"reason": "refused"})
    assert outing_of(people, referral).ended_how == "called_off"


@pytest.mark.parametrize("page", ["leave", "late", "back", "stop", "not-going"])
def test_taps_are_posts_of_those_who_go(people, adviser, page):
    referral = book(people)
    check(people, referral)
    given = {"minutes": "15", "until": timezone.now().isoformat(), "reason": "refused"}

    assert adviser.get(url(referral, page)).status_code == 405
    assert sign_in(people.duty_manager).post(url(referral, page), given).status_code == 403
    assert sign_in(people.wirral_adviser).post(url(referral, page), given).status_code == 404
    assert sign_in(people.officer).post(url(referral, page), given).status_code == 403
    assert adviser.post(url(referral, page), given).status_code == 303


def masked(answer):
    """A page but for what differs between any two answers."""
    html = answer.content.decode()
    html = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", html)
    return re.sub(r'nonce="[^"]+"', "", html)


@pytest.mark.parametrize("act", ["back", "stop", "late"])
def test_the_duress_word_looks_like_any_other_to_the_last_byte(own_database, act):
    seen, raised = [], []
    for word in ("", "all fine here", WORD):
        with databases.clone():
            pages, outing = after(act, word)
            seen.append(pages)
            raised.append(outing.duress_at is not None)

    assert raised == [False, False, True]
    assert seen[0] == seen[1] == seen[2]


def after(act, word):
    """Everything the worker's own screens say once a word was typed; and what was kept."""
    people = People()
    actions.choose_word(WORD, by=people.adviser)
    referral = out(people)
    until = outing_of(people, referral).expected_end_at
    browser = sign_in(people.adviser)
    given = {"word": word, "minutes": "15", "until": until.isoformat()}
    answer = browser.post(url(referral, act), given)
    headers = {name: value for name, value in answer.headers.items() if name not in PASSING}
    pages = [browser.get(each) for each in (MINE, BOARD, f"/cases/{referral.reference}/")]
    looked = browser.get(f"/cases/{referral.reference}/looked/")
    said = [without(masked(each), referral) for each in (*pages, looked)]
    return [answer.status_code, answer.content, headers, *said], outing_of(people, referral)


def without(html, referral):
    """Without what tells one referral and one minute from the next."""
    html = html.replace(referral.reference, "PH-")
    html = re.sub(r"PC-[0-9A-Z]{8}", "PC-", html)
    html = re.sub(r"data-due-at=\"[^\"]+\">[^<]+", "", html)
    return re.sub(r"\d{1,2}(:\d\d)?[ap]m|datetime=\"[^\"]+\"|value=\"2[^\"]+\"", "", html)


def test_the_duress_word_shows_on_everybody_elses_board(people, manager, adviser):
    actions.choose_word(WORD, by=people.adviser)
    referral = out(people)
    adviser.post(url(referral, "back"), {"word": WORD})

    assert "Alarm: calls for help" in words_of(manager, BOARD)
    page = words_of(manager, url(referral, "alarm"))
    assert "Ring 999 now." in page
    assert "Do not ring Adviser" in page
    assert "calls for help" not in words_of(adviser, BOARD)
    hidden = adviser.get(url(referral, "alarm"), follow=True)
    assert hidden.redirect_chain == [(MINE, 303)]
    assert "help" not in hidden.content.decode()


def test_choose_word_says_what_is_wrong_and_never_shows_it_again(people, adviser):
    refused = adviser.post("/safety/word/", {"word": "back"})
    assert "Choose a word you would never type by chance." in refused.content.decode()

    kept = adviser.post("/safety/word/", {"word": WORD}, follow=True)

    assert kept.redirect_chain == [(MINE, 303)]
    assert WORD not in words_of(adviser, "/safety/word/")


def test_board_says_who_is_out_and_no_survivors_name(people, manager):
    referral = out(people)

    page = words_of(manager, BOARD)

    assert "Adviser" in page
    assert "Where they are staying, Liverpool" in page
    assert referral.reference in page
    assert "Second Adviser" in page
    assert [word for word in SECRETS if word in page] == []
    other = words_of(sign_in(people.wirral_adviser), BOARD)
    assert referral.reference not in other
    assert "Nobody is out" in other


def test_board_shows_alarms_by_the_clock_alone(people, own_database):
    """No sweep has run: the worker may be down, the board is not."""
    referral = out(people)
    make_overdue(by=20)

    page = words_of(sign_in(people.duty_manager), BOARD)

    assert "1 to answer now." in page
    assert "Alarm: overdue" in page
    assert url(referral, "alarm") in page


def test_board_asks_the_same_number_of_questions_for_one_and_three(people, manager):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            words_of(manager, BOARD)
        return len(seen)

    out(people)
    words_of(manager, BOARD)
    one = queries()
    for who in ("second_adviser", "duty_manager"):
        referral = book(people, by=getattr(people, who))
        check(people, referral, by=getattr(people, who), buddy=people.adviser)

    assert queries() == one


def test_alarm_says_what_to_do_and_keeps_the_answer(people, own_database):
    referral = out(people)
    make_overdue()
    sweep_at(datetime.now(UTC) + MINUTE)
    manager = sign_in(people.duty_manager)

    page = words_of(manager, url(referral, "alarm"))
    assert "Ring Adviser." in page
    assert "ring 999" in page
    assert "Woke " in page
    assert "late: due at" in page
    assert f"/cases/{referral.reference}/details/" in page

    nothing = manager.post(url(referral, "alarm"), {})
    assert "Select what you have found" in nothing.content.decode()
    answered = manager.post(url(referral, "alarm"), {"finding": Finding.BACK_SAFE}, follow=True)
    assert answered.redirect_chain == [(BOARD, 303)]
    assert outing_of(people, referral).ended_how == "found_safe"
    assert "There is nothing to answer now." in words_of(manager, url(referral, "alarm"))
    assert "Answered: they are back, and safe" in words_of(manager, url(referral, "alarm"))


def test_alarm_offers_the_address_only_to_those_who_may_open_the_case(people, own_database):
    referral = out(people)
    make_overdue()

    page = words_of(sign_in(people.second_adviser), url(referral, "alarm"))

    assert "A manager can open the case for the address." in page
    assert f"/cases/{referral.reference}/details/" not in page


def test_alarm_of_another_agency_is_as_if_it_were_not(people, manager):
    referral = out(people)
    other = sign_in(people.wirral_adviser)

    unseen, absent = other.get(url(referral, "alarm")), other.get("/safety/PH-22222222/alarm/")

    assert (unseen.status_code, absent.status_code) == (404, 404)
    assert masked(unseen) == masked(absent)
    assert manager.get(url(referral, "alarm")).status_code == 200


@pytest.mark.parametrize("page", [MINE, BOARD, "/safety/word/"])
def test_pages_of_going_out_are_for_those_who_visit(people, adviser, page):
    for member in (people.officer, people.caseworker, people.administrator):
        assert sign_in(member).get(page).status_code == 403

    assert adviser.get(page).status_code == 200


def test_what_woke_somebody_leads_to_the_alarm(people, own_database):
    referral = out(people)
    sweep_at(datetime.now(UTC) + timedelta(seconds=1))
    make_overdue()
    sweep_at(datetime.now(UTC) + timedelta(seconds=1))
    buddy = sign_in(people.second_adviser)

    assert "You are the buddy of somebody who is overdue." in words_of(buddy, "/duty/")
    opened = buddy.post("/notices/open/", {"reference": referral.reference})
    assert opened.url == url(referral, "alarm")


def test_timeline_tells_who_left_and_never_who_called_for_help(people, adviser):
    actions.choose_word(WORD, by=people.adviser)
    referral = out(people)
    actions.come_back(referral.reference, by=people.adviser, word=WORD)

    page = words_of(adviser, f"/cases/{referral.reference}/")

    assert "Check before the visit: go" in page
    assert "Hazards: none known. The person they fear: in custody at " in page
    assert "Left for the visit" in page
    assert "Back from the visit" in page
    assert "uress" not in page
