"""With Redis away everything works but the doorbell; when it is back the sweep catches up (F5)."""

import re
import time
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from config.celery import app
from notices import outbox
from notices.models import Notice
from tenancy.context import Context
from tenancy.roles import WORKER
from tenancy.work import unit_of_work
from tests.accounts.signing_in import sign_in
from tests.api.systems import body
from tests.faults.house import django_at, kill, wait_for
from tests.portal import answers

LONGEST = 4.0
"""Seconds. A ring that failed costs one at the most; the rest is a machine that others use too."""


@pytest.fixture
def without_redis(open_house, monkeypatch):
    """A house whose Valkey was killed, with this process ringing at the same door."""
    monkeypatch.setattr(outbox, "doorbell", outbox.Doorbell())
    monkeypatch.setattr(app.conf, "broker_url", open_house.redis_url)
    monkeypatch.setattr(app.amqp, "_producer_pool", None)
    kill(open_house.valkey)
    yield open_house
    if open_house.valkey.has_ended:
        open_house.start(open_house.valkey)


def owed(house):
    """How many notices wait for their letter."""
    with django_at(house.url(WORKER)), unit_of_work(Context.system()):
        return Notice.objects.filter(sent_at=None).count()


def quickly(deed):
    """An answer that is no fault of ours and did not keep anybody waiting."""
    began = time.monotonic()
    answer = deed()
    status = getattr(answer, "status", None) or answer.status_code
    assert status < 400, (status, answer)
    assert time.monotonic() - began < LONGEST
    return answer


def test_every_call_of_the_journey_works_over_rest(without_redis, police, desk):
    police.sign_in()
    desk.sign_in()
    made = quickly(lambda: police.post("referrals/", body())).json()["reference"]
    booking = {
        "adviser": "adviser@example.org",
        "starts_at": (timezone.now() + timedelta(hours=3)).isoformat(),
        "outside_reason": "she_asked",
    }
    attempt = {
        "channel": "phone_call",
        "outcome": "spoke",
        "at": timezone.now().isoformat(),
        "outside_reason": "she_asked",
    }
    quickly(lambda: desk.post(f"referrals/{made}/accept/"))
    quickly(lambda: desk.post(f"follow-ups/{made}/book/", booking))
    quickly(lambda: desk.post(f"follow-ups/{made}/attempt/", attempt))
    quickly(lambda: desk.post(f"follow-ups/{made}/outcome/", {"outcome": "done"}))
    for path in ("referrals/", f"referrals/{made}/", f"referrals/{made}/case/", "follow-ups/"):
        quickly(lambda path=path: desk.get(path))
    for path in ("referrals/", f"referrals/{made}/", f"referrals/{made}/case/", "services/"):
        quickly(lambda path=path: police.get(path))
    assert owed(without_redis) > 0


def test_every_page_and_button_works_and_the_sweep_catches_up(without_redis, people):
    officer, adviser, caseworker = (
        sign_in(each) for each in (people.officer, people.adviser, people.caseworker)
    )
    reference = refer(officer)
    take_visit_and_refer_on(adviser, reference)
    answer_and_close(caseworker, adviser, reference)
    waiting = owed(without_redis)
    assert waiting > 0

    without_redis.start(without_redis.valkey, without_redis.worker, without_redis.beat)

    wait_for(lambda: owed(without_redis) == 0, seconds=60)
    assert without_redis.message_ids()


def look(browser, *names, reference=""):
    """Look at pages by their names."""
    for name in names:
        url = reverse(f"portal:{name}", args=[reference] if reference else [])
        quickly(lambda url=url: browser.get(url, follow=True))


def press(browser, name, form=None, *, reference=""):
    """Send a form; it has to lead somewhere."""
    url = reverse(f"portal:{name}", args=[reference] if reference else [])
    answer = quickly(lambda: browser.post(url, form or {}))
    assert answer.status_code in {302, 303}, re.findall(
        r"error-message[^<]*<[^<]*", answer.content.decode()
    )
    return answer["Location"]


def refer(officer):
    """What an officer does."""
    look(officer, "home", "my_referrals", "new_referral", "not_agreed")
    reference = press(officer, "new_referral", answers.referral(safe_times=["any_time"])).split(
        "/"
    )[2]
    look(officer, "change_draft", "check", reference=reference)
    press(officer, "check", reference=reference)
    look(officer, "sent", "referral", "withdraw", reference=reference)
    return reference


def take_visit_and_refer_on(adviser, reference):
    """What an adviser does."""
    look(adviser, "home", "duty_desk", "duty_queue", "my_cases", "visits")
    press(adviser, "take", reference=reference)
    pages = ("case", "case_details", "case_services", "case_looked")
    look(adviser, *pages, "record_contact", "book", "record_visit", reference=reference)
    quickly(lambda: adviser.post(reverse("portal:case_number", args=[reference])))
    attempt = {
        "outcome": "spoke",
        "channel": "phone_call",
        "outside_reason": "she_asked",
        "note": "She is well.",
        **answers.moment("at", timezone.now()),
    }
    booking = {
        "minutes": "60",
        "kind": "visit",
        "venue": "our_office",
        "adviser": "adviser@example.org",
        "second_worker": "second_adviser@example.org",
        "outside_reason": "she_asked",
        **answers.moment("starts_at", timezone.now() + timedelta(hours=3)),
    }
    press(adviser, "record_contact", attempt, reference=reference)
    press(adviser, "book", booking, reference=reference)
    press(adviser, "cancel_visit", {"reason": "she_asked"}, reference=reference)
    press(adviser, "add_note", {"text": "Rang the school."}, reference=reference)
    look(adviser, "add_note", "refer_on", "close", reference=reference)
    press(adviser, "record_visit", {"outcome": "done"}, reference=reference)
    onward = {
        "needs": ["counselling"],
        "service": "rowan.counselling-at-rowan-counselling",
        "compartments": ["identity", "contact", "needs"],
        "agreement": "on",
        "method": "in_person",
    }
    press(adviser, "refer_on", onward, reference=reference)


def answer_and_close(caseworker, adviser, reference):
    """What a caseworker does, and the adviser's end of it."""
    look(caseworker, "home", "inbox", "inbox_accepted", "inbox_declined", "inbox_closed")
    page = caseworker.get(reverse("portal:inbox")).content.decode()
    (child,) = set(re.findall(r"PH-[0-9A-Z]{8}", page))
    look(caseworker, "preview", "accept", "decline", "ask", reference=child)
    press(caseworker, "accept", reference=child)
    look(caseworker, "case", "case_details", reference=child)
    press(caseworker, "notices_seen")
    press(caseworker, "close", {"reason": "planned"}, reference=child)
    press(adviser, "close", {"reason": "planned"}, reference=reference)
