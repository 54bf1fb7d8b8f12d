"""The rota in Chromium: open to everybody, on a desk, a phone and the smallest screen."""

from datetime import timedelta

from django.utils import timezone

from portal.rota.people import sign_of
from tests.journey.test_in_the_browser import Person, chromium, site  # noqa: F401 -- fixtures
from tests.portal.browsing import sideways
from tests.rota.conftest import a_leave, a_pattern, an_exception, on_call

FORMS = ["pattern", "day", "leave", "sick", "on-call", "abilities"]


def test_rota_pages_are_open_to_everybody(people, chromium, site):  # noqa: F811 -- fixtures
    now, manager = timezone.now(), people.duty_manager
    a_pattern(people.adviser)
    a_pattern(manager)
    an_exception(people.adviser, timezone.localdate(), "besides", (18, 26))
    a_leave(people.second_adviser, now - timedelta(days=1), None, kind="sick")
    on_call(people.adviser, now - timedelta(hours=1), now + timedelta(hours=20))
    own = f"/rota/{sign_of(people.adviser.pk)}/"
    browser = Person(manager, chromium, site, scripts=True)

    for name, address in [
        ("rota", "/rota/"),
        ("rota-person", own),
        *((f"rota-{form}", f"{own}{form}/") for form in FORMS),
        ("rota-travel", "/rota/travel/"),
    ]:
        browser.page.goto(address)
        browser.looks(name)
        browser.page.set_viewport_size({"width": 320, "height": 640})
        assert sideways(browser.page) == 0, name
        browser.page.set_viewport_size({"width": 1280, "height": 900})


def test_a_manager_keeps_the_rota_without_scripts(people, chromium, site):  # noqa: F811 -- fixtures
    browser = Person(people.duty_manager, chromium, site, scripts=False)

    browser.follow("Rota")
    browser.page.locator("main").get_by_role("link", name="Second Adviser").click()
    browser.follow("Change usual hours")
    browser.writes("Monday", "9am to 5pm")
    browser.click("Save")
    browser.follow("Off sick from now on")
    browser.click("Record as off sick")

    words = browser.looks("rota-person")
    assert "Monday: 9am to 5pm" in words
    assert "until further notice" in words
    browser.click("Back at work")
    assert "None to come." in browser.looks("rota-person")
