"""Who has seen a case, and the evidence to look at, in Chromium: open to everybody."""

from tests import given
from tests.live import look_around, page_of
from tests.portal import browsing


def test_a_manager_looks_at_who_has_seen_a_case(people, chromium, site):
    taken = given.a_taken_referral(people.officer, people.adviser)
    page = page_of(people.duty_manager, chromium, site)
    complaints = browsing.complaints_of(page, site)
    page.goto(f"/cases/{taken.reference}/looked/")
    page.get_by_role("link", name="Who has seen this case, of every agency").click()
    assert "Took it on" in page.locator("main").inner_text()

    look_around(
        page,
        [
            f"/cases/{taken.reference}/seen/",
            f"/cases/{taken.reference}/seen/print/",
            "/evidence/",
        ],
        "evidence",
    )

    assert complaints == []
