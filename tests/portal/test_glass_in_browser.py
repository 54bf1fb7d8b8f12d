"""Break-glass, what is kept and what is given out, in Chromium: open to everybody."""

from datetime import timedelta

from django.utils import timezone

from disclosure import actions as disclosing
from disclosure.actions import Decision, NewRequest
from disclosure.models import DisclosureRequest
from disclosure.reading import open_request
from referrals.models import Grant
from retention import actions as keeping
from tenancy.work import unit_of_work
from tests import given
from tests.live import look_around, page_of
from tests.portal import browsing


def own_reference(taken, member):
    with unit_of_work(member.context):
        return Grant.objects.get(case=taken.case_id, agency=member.agency_id).reference


def test_break_glass_is_asked_answered_looked_through_and_reviewed(people, chromium, site):
    taken = given.a_taken_referral(people.officer, people.adviser, safe_windows=given.ANY_TIME)
    asker = page_of(people.second_adviser, chromium, site)
    complaints = browsing.complaints_of(asker, site)
    ask = f"/cases/{taken.reference}/break-glass/"
    look_around(asker, [f"/inbox/{taken.reference}/", ask], "glass")
    asker.goto(ask)
    asker.get_by_label("Somebody is in danger now").check()
    asker.get_by_label("How to be in touch safely").check()
    asker.get_by_role("button", name="Ask a second person").click()
    manager = page_of(people.duty_manager, chromium, site)
    manager.goto("/break-glass/")
    manager.get_by_role("link", name="Answer").click()
    answer = manager.url.removeprefix(site)
    look_around(manager, ["/break-glass/", answer], "glass")
    manager.goto(answer)
    manager.get_by_label("Yes, and I have spoken to them").check()
    manager.get_by_role("button", name="Save").click()

    look_around(asker, [f"{ask}read/"], "glass")
    asker.goto(f"{ask}read/")
    assert "07700 900461" in asker.locator("main").inner_text()
    reviewer = page_of(people.administrator, chromium, site)
    reviewer.goto("/break-glass/")
    reviewer.get_by_role("link", name="Review").click()
    look_around(reviewer, ["/break-glass/", reviewer.url.removeprefix(site)], "glass")

    assert complaints == []


def held_and_asked_for(people):
    """A case that is held, and that the person asks for."""
    taken = given.a_taken_referral(people.officer, people.adviser)
    reference = own_reference(taken, people.duty_manager)
    asked = disclosing.enter(
        NewRequest(
            reference=reference,
            kind="subject_access",
            received_on=timezone.localdate(),
            told_them="they_ask",
        ),
        by=people.duty_manager,
    )
    keeping.place_hold(
        reference,
        "legal",
        by=people.duty_manager,
        review_on=timezone.localdate() + timedelta(days=9),
    )
    return asked


def test_what_is_kept_and_what_is_given_out(people, chromium, site):
    asked = held_and_asked_for(people)
    page = page_of(people.duty_manager, chromium, site)
    complaints = browsing.complaints_of(page, site)

    look_around(
        page,
        [
            "/kept/",
            "/kept/ask/",
            "/kept/hold/",
            "/disclosure/",
            "/disclosure/new/",
            f"/disclosure/{asked.pk}/",
            f"/disclosure/{asked.pk}/second/",
            f"/disclosure/{asked.pk}/refuse/",
        ],
        "kept",
    )
    pieces = open_request(asked.pk, by=people.duty_manager)[1]
    decisions = {piece.key: Decision() for piece in pieces}
    disclosing.review(asked.pk, decisions, by=people.duty_manager)
    page.goto(f"/disclosure/{asked.pk}/")
    page.locator("main button[type=submit]").click()

    assert "Looked over" in page.locator("main").inner_text()
    assert complaints == []
    with unit_of_work(people.adviser.context):
        assert DisclosureRequest.objects.get(pk=asked.pk).first_by == people.duty_manager
