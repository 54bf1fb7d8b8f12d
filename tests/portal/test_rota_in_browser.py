"""The rota in Chromium: open to everybody, on a desk, a phone and the smallest screen."""

from datetime import timedelta

from django.utils import timezone

from portal.rota.people import sign_of
from tests.live import look_around, page_of
from tests.portal import browsing
from tests.rota.conftest import a_leave, a_pattern, an_exception, on_call

FORMS = ["pattern", "day", "leave", "sick", "on-call", "abilities"]


def test_rota_pages_are_open_to_everybody(people, chromium, site):
    now, manager = timezone.now(), people.duty_manager
    a_pattern(people.adviser)
    a_pattern(manager)
    an_exception(people.adviser, timezone.localdate(), "besides", (18, 26))
    a_leave(people.second_adviser, now - timedelta(days=1), None, kind="sick")
    on_call(people.adviser, now - timedelta(hours=1), now + timedelta(hours=20))
    own = f"/rota/{sign_of(people.adviser.pk)}/"
    page = page_of(manager, chromium, site)
    complaints = browsing.complaints_of(page, site)

    addresses = ["/rota/", own, *(f"{own}{form}/" for form in FORMS), "/rota/travel/"]
    look_around(page, addresses, "rota")

    assert complaints == []


def test_a_manager_keeps_the_rota_without_scripts(people, chromium, site):
    page = page_of(people.duty_manager, chromium, site, scripts=False)
    page.goto("/rota/")
    main = page.locator("main")

    main.get_by_role("link", name="Second Adviser").click()
    main.get_by_role("link", name="Change usual hours").click()
    main.get_by_label("Monday").fill("9am to 5pm")
    main.get_by_role("button", name="Save").click()
    main.get_by_role("link", name="Off sick from now on").click()
    main.get_by_role("button", name="Record as off sick").click()

    words = main.inner_text()
    assert "Monday: 9am to 5pm" in words
    assert "until further notice" in words
    main.get_by_role("button", name="Back at work").click()
    assert "None to come." in main.inner_text()
