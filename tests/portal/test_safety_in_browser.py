"""Going out on a phone: the big buttons, with and without scripts, on the smallest screen."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.live import look_around, page_of
from tests.visits.going_out import MINUTE, book, check, make_overdue, out, outing_of, sweep_at
from tests.visits.test_booking import refer_always
from visits import actions

PHONE = {"width": 390, "height": 844}


def test_pages_of_going_out_are_open_to_everybody(people, chromium, site):
    referral = out(people)
    planned = book(people, by=people.second_adviser, minutes_from_now=90)
    mine = [
        "/safety/",
        "/safety/out/",
        "/safety/word/",
        f"/cases/{referral.reference}/book/",
        f"/cases/{referral.reference}/cancel/",
        f"/cases/{referral.reference}/",
    ]
    look_around(page_of(people.adviser, chromium, site), mine, "safety")
    to_check = ["/safety/", f"/safety/{planned.reference}/check/"]
    look_around(page_of(people.second_adviser, chromium, site), to_check, "safety-planned")

    make_overdue()
    sweep_at(datetime.now(UTC) + MINUTE)
    late = ["/safety/out/", f"/safety/{referral.reference}/alarm/"]
    look_around(page_of(people.duty_manager, chromium, site), late, "safety-late")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_visit_on_a_phone_is_one_tap_an_act(people, chromium, site, scripts):
    referral = book(people)
    check(people, referral)
    page = page_of(people.adviser, chromium, site, scripts=scripts)
    page.set_viewport_size(PHONE)
    page.goto("/safety/")

    page.get_by_role("button", name="I am leaving now").click()
    expect(page.get_by_text("Your buddy expects you to check out by")).to_be_visible()
    until = outing_of(people, referral).expected_end_at
    page.get_by_role("button", name="30 min more").click()
    expect(page.get_by_text("Your buddy now expects you by")).to_be_visible()
    assert outing_of(people, referral).expected_end_at == until + 30 * MINUTE
    page.get_by_role("button", name="I am back").click()
    expect(page.get_by_text("You are checked out.")).to_be_visible()

    assert outing_of(people, referral).ended_how == "back"


def test_the_duress_word_in_the_browser_raises_the_alarm_on_the_board(people, chromium, site):
    actions.choose_word("marmalade on toast", by=people.adviser)
    out(people)
    page = page_of(people.adviser, chromium, site)
    manager = page_of(people.duty_manager, chromium, site)
    page.set_viewport_size(PHONE)
    page.goto("/safety/")

    page.get_by_label("Word (optional)").fill("Marmalade on toast")
    page.get_by_role("button", name="I am back").click()

    expect(page.get_by_text("You are checked out.")).to_be_visible()
    manager.goto("/safety/out/")
    expect(manager.get_by_text("Alarm: calls for help")).to_be_visible()
    page.goto("/safety/out/")
    expect(page.get_by_text("Nobody is out")).to_be_visible()


def test_booking_takes_three_clicks(people, chromium, site):
    referral = refer_always(people, 2)
    page = page_of(people.adviser, chromium, site)
    page.goto(f"/cases/{referral.reference}/book/")

    page.locator("input[name=slot]").first.check()
    page.get_by_label("Where?").select_option("our_office")
    page.locator("main").get_by_role("button", name="Book").click()

    expect(page.get_by_text("Booked.", exact=True)).to_be_visible()
