"""Safe contact on the screen: what is asked, what is shown, and what no page ever shows."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.urls import reverse

from referrals.models import Referral
from referrals.ways import Way
from tenancy.work import unit_of_work
from tests import given
from tests.accounts.signing_in import sign_in
from tests.portal.answers import moment
from visits import actions
from visits.models import ContactAttempt

NUMBER, OTHER, WORD = "07700 900461", "07700 900777", "Marigold"
PAGES = (
    "case",
    "case_details",
    "case_services",
    "case_looked",
    "how_to_reach",
    "record_contact",
    "book",
    "close",
)


@pytest.fixture
def taken(people):
    sent = actions.refer_after_visit(
        given.details(safe_windows=given.ANY_TIME),
        given.consent(),
        by=people.officer,
        visit_ended_at=datetime.now(UTC) - timedelta(hours=2),
    )
    taken = actions.take(sent.reference, by=people.adviser)
    document = {"phone": NUMBER, "code_word": WORD, "what_to_say": "The surgery"}
    way = Way(channel="phone_call", allowed=True, windows=given.ANY_TIME, document=document)
    actions.agree_way(taken.reference, way, by=people.adviser)
    return taken


@pytest.fixture
def adviser(people):
    return sign_in(people.adviser)


def at(name, referral, *more):
    return reverse(f"portal:{name}", args=[referral.reference, *more])


def attempt(outcome):
    said = {"outcome": outcome, "channel": "phone_call"}
    return {**said, **moment("at", datetime.now(UTC))}


def filled_in(**changes):
    return {"allowed": "yes", "safe_times": ["any_time"], **changes}


def again(taken, member):
    with unit_of_work(member.context):
        return Referral.objects.get(pk=taken.pk)


def test_code_word_is_shown_at_the_calling_step_alone(taken, adviser):
    pages = [adviser.get(at(page, taken)) for page in PAGES]
    pages += [adviser.get(at("agree_way", taken, "phone_call"))]
    pages += [adviser.get(at("about_to_call", taken)), adviser.post(at("case_number", taken))]

    script = adviser.post(at("about_to_call", taken), {"channel": "phone_call"})

    assert {page.status_code for page in pages} == {200}
    assert not [page for page in pages if WORD in page.content.decode()]
    said = script.content.decode()
    assert WORD in said
    assert NUMBER in said
    assert "Never say the word yourself" in said


def test_no_page_but_the_two_that_are_asked_shows_the_number(taken, adviser):
    pages = [adviser.get(at(page, taken)).content.decode() for page in PAGES]

    assert not [page for page in pages if "900461" in page]


def test_way_is_changed_and_confirmed(people, taken, adviser):
    answer = adviser.post(
        at("agree_way", taken, "phone_call"),
        filled_in(phone=OTHER, withheld_only="on", if_not_them="Say it is the library"),
        follow=True,
    )
    confirmed = adviser.post(at("confirm_way", taken, "phone_call"), follow=True)

    page = answer.content.decode()
    assert "confirmed by you today" in page
    assert "Only from a withheld number" in page
    assert "Confirmed by you today." in confirmed.content.decode()
    script = actions.about_to_call(taken.reference, "phone_call", by=people.adviser)
    assert (script.reach, script.code_word) == (OTHER, WORD)


def test_way_that_is_no_way_leads_nowhere(taken, adviser):
    assert adviser.get(at("agree_way", taken, "pigeon")).status_code == 404
    assert adviser.get(at("agree_way", taken, "text")).status_code == 200


def test_way_that_is_safe_at_no_time_is_asked_for_one(taken, adviser):
    page = adviser.post(at("agree_way", taken, "phone_call"), {"allowed": "yes"})

    assert page.status_code == 200
    assert "Select when it is safe" in page.content.decode()


def test_pages_of_contact_are_for_whose_the_case_is(people, taken, adviser):
    colleague, officer = sign_in(people.second_adviser), sign_in(people.officer)
    stranger = sign_in(people.wirral_adviser)

    for page in ("how_to_reach", "about_to_call"):
        assert adviser.get(at(page, taken)).status_code == 200
        assert colleague.get(at(page, taken)).status_code == 403
        assert stranger.get(at(page, taken)).status_code == 404
    assert officer.get(at("how_to_reach", taken)).status_code == 403


def test_held_contact_is_released_with_a_way_and_a_reason(people, taken, adviser):
    adviser.post(at("record_contact", taken), attempt("somebody_else_answered"))
    held = adviser.get(at("how_to_reach", taken)).content.decode()
    assert adviser.get(at("about_to_call", taken)).status_code == 409

    unfounded = adviser.post(at("release_hold", taken), filled_in(phone=OTHER))
    released = adviser.post(
        at("release_hold", taken), filled_in(phone=OTHER, reason="they_said_so")
    )

    assert "Contact is held" in held
    assert "Still right" not in held
    assert "Select how you know" in unfounded.content.decode()
    assert released.status_code == 303
    assert again(taken, people.adviser).contact == "allowed"


def test_officer_gives_another_number_and_cannot_read_it_back(people, taken, adviser):
    officer = sign_in(people.officer)
    before = officer.get(at("give_contact", taken))
    adviser.post(at("record_contact", taken), attempt("wrong_number"))
    asked = officer.get(at("referral", taken)).content.decode()

    given_ = officer.post(
        at("give_contact", taken),
        {"channel": "phone_call", "phone": OTHER, "safe_times": ["any_time"]},
        follow=True,
    ).content.decode()
    waiting = adviser.get(at("how_to_reach", taken)).content.decode()
    adviser.post(at("take_up", taken))

    assert before.status_code == 409
    assert "Another number is needed" in asked
    assert "The adviser is told" in given_
    assert "Another number is needed" not in given_
    assert "900777" not in given_ + waiting
    assert "The referrer has given another way" in waiting
    script = actions.about_to_call(taken.reference, "phone_call", by=people.adviser)
    assert script.reach == OTHER


def test_case_says_what_is_next(taken, adviser):
    first = adviser.get(at("case", taken)).content.decode()
    adviser.post(at("record_contact", taken), attempt("no_reply"))
    second = adviser.get(at("case", taken)).content.decode()
    desk = adviser.get(reverse("portal:duty_desk")).content.decode()

    assert "Not tried yet: it is a safe time now." in first
    assert "1 of 3 tried." in second
    assert "1 of 3 tried." in desk


def test_closing_unreached_is_asked_for_and_signed_off(people, taken, adviser):
    manager = sign_in(people.duty_manager)
    page = adviser.get(at("close", taken)).content.decode()
    adviser.post(at("close", taken), {"reason": "not_reached"})
    still = again(taken, people.adviser).status

    ask = manager.get(at("case", taken)).content.decode()
    signed = manager.post(at("answer_closing", taken), {"answer": "yes"})

    assert "Ask to close this referral" in page
    assert still == "accepted"
    assert "Sign off the closing" in ask
    assert signed.status_code == 303
    assert again(taken, people.adviser).status == "closed"
    assert "High" in manager.get(at("case", taken)).content.decode()
    assert adviser.get(at("answer_closing", taken)).status_code == 403


def test_whatever_is_done_in_whatever_order_no_number_is_shown_while_held(people, taken, adviser):
    seed = Random().randrange(10**6)  # noqa: S311 -- a seed, to be printed
    dice = Random(seed)  # noqa: S311
    acts = [
        lambda: adviser.post(at("case_number", taken)),
        lambda: adviser.post(at("about_to_call", taken), {"channel": "phone_call"}),
        lambda: adviser.post(
            at("about_to_call", taken),
            {"channel": "text", "outside_reason": "risk_changed"},
        ),
        lambda: adviser.post(at("confirm_way", taken, "phone_call")),
        lambda: adviser.post(at("agree_way", taken, "text"), filled_in(phone=NUMBER)),
        lambda: adviser.post(at("agree_way", taken, "phone_call"), filled_in()),
        lambda: adviser.post(at("take_up", taken)),
        lambda: adviser.post(at("record_contact", taken), attempt("wrong_number")),
        lambda: adviser.get(at("agree_way", taken, "phone_call")),
        *(lambda page=page: adviser.get(at(page, taken)) for page in PAGES),
    ]
    shown = adviser.post(at("case_number", taken)).content.decode()
    adviser.post(at("record_contact", taken), attempt("somebody_else_answered"))

    leaks = []
    for act in dice.choices(range(len(acts)), k=25):
        page = acts[act]().content.decode()
        leaks += [act] if "900461" in page or WORD in page else []

    assert leaks == [], f"seed {seed}"
    assert NUMBER in shown
    with unit_of_work(people.adviser.context):
        assert ContactAttempt.objects.filter(outcome="somebody_else_answered").count() == 1
