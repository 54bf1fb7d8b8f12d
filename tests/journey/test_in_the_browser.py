"""The main job in Chromium, end to end: an officer, an IDVA, a service; with and without scripts.

A web server of its own answers on a database of its own, as the web role; the sweeps run as the
worker's. Every page is looked at by axe at the width of a desk and of a phone.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.actions.joining import enrol_totp
from referrals import actions
from referrals.sweeping import sweep as sweep_referrals
from tenancy.roles import WORKER
from tests import databases, given
from tests.accounts.signing_in import SECRET, code_of
from tests.portal import browsing
from tests.world import PASSWORD
from visits.sweeping import sweep as sweep_visits

EMERGENCY = {
    "answer": "not_asked_unsafe",
    "method": "",
    "wording_version": "",
    "basis": "vital_interests",
    "condition": "vital_interests",
    "ground": "life_at_risk",
    "safe_to_tell": "not_safe",
    "reason": "He said he would come back tonight.",
}
HERS = ("Zoë", "Nyström", "07700", "900461", "Threatened", "L3 1BY", "surgery", "Harte")


class Person:
    """Somebody at a browser of their own."""

    def __init__(self, member, chromium: Browser, site: str, *, scripts: bool) -> None:
        enrol_totp(member.user, SECRET)
        self.scripts = scripts
        self.context: BrowserContext = chromium.new_context(
            base_url=site, java_script_enabled=scripts
        )
        self.page: Page = self.context.new_page()
        self.complaints = browsing.complaints_of(self.page, site)
        self.page.goto("/")
        self.page.get_by_label("Email").fill(member.user.email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.click("Continue")
        self.page.get_by_label("code", exact=False).first.fill(code_of())
        self.page.locator("main button[type=submit]").first.click()
        expect(self.page.get_by_role("button", name="Sign out")).to_be_visible()

    def click(self, words: str) -> None:
        """A button of the page's own."""
        self.page.locator("main").get_by_role("button", name=words).first.click()

    def follow(self, words: str) -> None:
        """A link, wherever it stands and whatever it looks like."""
        self.page.locator("a", has_text=words).first.click()

    def looks(self, name: str) -> str:
        """The page's words, once it was looked at by everybody."""
        if self.scripts:
            browsing.look_at(self.page, name)
        assert self.complaints == []
        return self.page.locator("body").inner_text()

    def chooses(self, words: str) -> None:
        """A radio button or a tick box, by its label."""
        self.page.get_by_label(words, exact=True).first.check()

    def writes(self, label: str, words: str) -> None:
        """A text, by its label."""
        self.page.get_by_label(label).first.fill(words)

    def writes_moment(self, name: str, at: datetime) -> None:
        """The four boxes of a moment."""
        local = timezone.localtime(at)
        parts = {"day": local.day, "month": local.month, "year": local.year}
        for part, value in {**parts, "time": f"{local:%H:%M}"}.items():
            self.page.fill(f"#id_{name}_{part}", str(value))

    def signs_out(self) -> None:
        self.page.get_by_role("button", name="Sign out").click()
        expect(self.page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.fixture
def sit_down(people, chromium, site) -> Iterator:
    """Sit somebody down at a browser; they leave when the test ends."""
    seated: list[Person] = []

    def sit(who: str, *, scripts: bool) -> Person:
        seated.append(Person(getattr(people, who), chromium, site, scripts=scripts))
        return seated[-1]

    yield sit
    for person in seated:
        person.context.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_whole_journey(sit_down, scripts):
    officer = sit_down("officer", scripts=scripts)
    adviser = sit_down("adviser", scripts=scripts)
    reference = the_officer_sends(officer)
    the_adviser_takes_and_opens(adviser, reference)
    the_adviser_books_and_records(adviser)
    child = the_adviser_refers_on(adviser, reference)
    caseworker = sit_down("caseworker", scripts=scripts)
    the_service_previews_and_accepts(caseworker, child)
    the_clock_goes_on()
    the_officer_sees_that_an_answer_came(officer, reference, child)
    nothing_is_left_after_signing_out(adviser, reference)


def the_officer_sends(officer: Person) -> str:
    assert "You have not sent any referrals yet." in officer.looks("my-referrals-empty")
    officer.follow("New referral")
    officer.looks("new-referral")
    officer.click("Continue")
    assert "There is a problem" in officer.looks("new-referral-errors")
    fill_in(officer)
    officer.click("Continue")
    check = officer.looks("check")
    assert check.index("07700 900461") < check.index("Zoë O’Nyström")
    officer.click("Send referral")
    sent = officer.looks("sent")
    assert "Liverpool IDVA Service" in sent
    return officer.page.locator(".govuk-panel strong").inner_text()


def fill_in(officer: Person) -> None:
    officer.chooses("Yes, they agree")
    officer.writes("Given name", "Zoë")
    officer.writes("Family name", "O’Nyström")
    officer.writes("Phone number we can use", "07700 900461")
    officer.chooses("Call")
    officer.chooses("Any time")
    officer.writes("What should the caller say?", "Say it is the surgery")
    officer.writes("Postcode where they are staying", "L3 1BY")
    officer.writes_moment("visit_ended_at", datetime.now(UTC) - timedelta(hours=1))
    officer.chooses("Domestic abuse")
    officer.chooses("High")
    officer.page.check("#id_children_0")
    officer.writes("What happened, in two or three sentences", "Threatened at home last night.")
    officer.writes("Alleged perpetrator’s family name", "Harte")


def the_adviser_takes_and_opens(adviser: Person, reference: str) -> None:
    adviser.page.goto("/duty/")
    desk = adviser.looks("duty-desk")
    assert reference in desk
    assert not any(word in desk for word in HERS)
    adviser.follow(reference)
    preview = adviser.looks("preview")
    assert not any(word in preview for word in HERS)
    adviser.page.goto("/duty/")
    adviser.click(f"Take this {reference}")
    opened = adviser.looks("case-timeline")
    assert "Zoë O’Nyström" in opened
    assert "900461" not in opened
    adviser.click("Show number (this is recorded)")
    assert "07700 900461" in adviser.looks("case-number")
    adviser.follow("Hide the number")
    adviser.follow("Details")
    assert "Threatened at home last night." in adviser.looks("case-details")
    adviser.follow("Who has looked?")
    assert "For: show number" in adviser.looks("case-looked")


def the_adviser_books_and_records(adviser: Person) -> None:
    adviser.follow("Timeline")
    adviser.follow("Record contact")
    adviser.chooses("Spoke to them")
    adviser.page.select_option("#id_channel", "phone_call")
    adviser.looks("record-contact")
    adviser.click("Save")
    adviser.follow("Book a visit")
    adviser.writes_moment("starts_at", datetime.now(UTC) + timedelta(hours=3))
    adviser.page.select_option("#id_venue", "our_office")
    adviser.looks("book")
    adviser.click("Book")
    assert "Booked." in adviser.looks("case-booked")
    adviser.page.goto("/visits/")
    adviser.looks("visits")
    adviser.page.go_back()
    adviser.follow("Record the visit")
    adviser.chooses("Done")
    adviser.writes("Note", "Safety plan begun.")
    adviser.looks("record-visit")
    adviser.click("Save")
    assert "Safety plan begun." in adviser.looks("case-visited")


def the_adviser_refers_on(adviser: Person, reference: str) -> str:
    adviser.follow("Refer to a service")
    adviser.looks("refer-on-needs")
    adviser.chooses("Counselling")
    adviser.click("Find services")
    adviser.chooses("Counselling at Rowan Counselling")
    adviser.chooses("They agree to this service having what is ticked")
    adviser.looks("refer-on")
    adviser.click("Send to this service")
    adviser.looks("case-services")
    child = adviser.page.locator(".app-lines a").first.inner_text()
    assert child != reference
    adviser.page.goto("/cases/")
    assert reference in adviser.looks("my-cases")
    return child


def the_service_previews_and_accepts(caseworker: Person, child: str) -> None:
    caseworker.page.goto("/inbox/")
    listed = caseworker.looks("inbox")
    assert child in listed
    assert not any(word in listed for word in HERS)
    caseworker.follow(child)
    preview = caseworker.looks("service-preview")
    assert not any(word in preview for word in HERS)
    caseworker.click(f"Accept {child}")
    assert "Zoë O’Nyström" in caseworker.looks("service-case")
    caseworker.follow("Details")
    agreed = caseworker.looks("service-details")
    assert "surgery" in agreed
    assert "Not shared with you: Where they are staying; What happened; Risk" in agreed
    assert not any(word in agreed for word in ("Threatened", "Harte", "L3 1BY"))


def the_clock_goes_on() -> None:
    """What worker and beat do every half minute, as the worker's role."""
    with databases.signed_in_as(WORKER):
        sweep_referrals(datetime.now(UTC))
        sweep_visits(datetime.now(UTC))


def the_officer_sees_that_an_answer_came(officer: Person, reference: str, child: str) -> None:
    officer.page.goto("/referrals/")
    listed = officer.looks("my-referrals")
    assert "An onward service has answered" in listed
    assert "Visited" in listed
    officer.follow(reference)
    page = officer.looks("referral")
    assert "An onward service has answered" in page
    for word in (child, "Rowan", "Counselling", "Safety plan"):
        assert word not in listed
        assert word not in page
    assert officer.page.request.get(f"/referrals/{child}/").status == 404


def nothing_is_left_after_signing_out(adviser: Person, reference: str) -> None:
    adviser.page.goto(f"/cases/{reference}/")
    assert "Zoë" in adviser.page.locator("body").inner_text()
    adviser.signs_out()

    adviser.page.go_back()

    expect(adviser.page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert not any(word in adviser.page.content() for word in HERS)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_no_takes_the_rest_of_the_form_away(sit_down, scripts):
    officer = sit_down("officer", scripts=scripts)
    officer.page.goto("/referrals/new/")
    expect(officer.page.get_by_label("Phone number we can use")).to_be_visible()

    officer.chooses("No – do not refer")
    officer.looks("new-referral-no")

    expect(officer.page.get_by_label("Phone number we can use")).to_be_hidden()
    officer.click("Continue")
    assert "Nothing was kept" in officer.looks("not-agreed")


def test_a_second_click_sends_once(sit_down):
    officer = sit_down("officer", scripts=False)
    officer.page.goto("/referrals/new/")
    fill_in(officer)
    officer.click("Continue")
    check = officer.page.url
    officer.click("Send referral")
    reference = officer.page.locator(".govuk-panel strong").inner_text()

    officer.page.go_back()
    officer.page.goto(check)

    assert officer.page.locator(".govuk-panel strong").inner_text() == reference
    officer.page.goto("/referrals/")
    assert officer.page.locator(".app-rows tbody tr").count() == 1


def test_the_pages_beside_the_way_are_open_to_everybody(sit_down, people):
    asked = given.a_sent_referral(people.officer)
    actions.ask(asked.reference, by=people.adviser, question="risk")
    sent = given.a_sent_referral(people.officer)
    emergency = given.a_sent_referral(people.officer, agreed=given.consent(**EMERGENCY))
    taken = given.a_taken_referral(people.officer, people.adviser)
    child = given.an_onward_referral(taken, people.adviser, "rowan")

    pages = {
        "officer": [f"referrals/{asked.reference}/answer", f"referrals/{sent.reference}/withdraw"],
        "supervisor": ["referrals", f"referrals/{emergency.reference}/approve"],
        "adviser": [f"cases/{taken.reference}/{deed}" for deed in ("note", "close")],
        "caseworker": [f"inbox/{child.reference}/{deed}" for deed in ("accept", "decline", "ask")],
        "administrator": ["", "choose"],
    }
    for who, addresses in pages.items():
        person = sit_down(who, scripts=True)
        for address in addresses:
            answer = person.page.goto(f"/{address}/" if address else "/")
            assert answer.status == 200
            person.looks(f"{who}-{address.rpartition('/')[2] or 'home'}")
