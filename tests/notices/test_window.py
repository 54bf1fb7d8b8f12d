"""One message a person a window, however much is owed; what cannot wait breaks through."""

from datetime import timedelta
from functools import partial

import pytest

from notices.outbox import owe
from notices.quiet import window
from notices.sweeping import sweep
from tenancy.work import unit_of_work
from tests import databases
from tests.at_once import at_once
from tests.notices.conftest import notices

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def owe_more(people):
    """Owe people of Liverpool a number of notices of a kind."""

    def owe_some(recipients, number, kind="follow_up.late"):
        owe_some.count += number
        with unit_of_work(people.officer.context):
            for nth in range(owe_some.count - number, owe_some.count):
                owe(recipients, kind=kind, reference="PH-TEST", dedupe=f"event:{nth}")
        return notices()[-1].available_at

    owe_some.count = 0
    return owe_some


def deliver(at):
    with databases.signed_in_as(databases.WORKER):
        return sweep(at)


def test_forty_late_cases_make_one_letter_each_to_two_people(people, owe_more, mailoutbox):
    at = owe_more([people.adviser, people.duty_manager], 40)

    deliver(at)

    assert sorted(letter.to[0] for letter in mailoutbox) == [
        "adviser@example.org",
        "duty_manager@example.org",
    ]


def test_forty_more_in_the_window_make_no_letter_before_its_end_and_then_one(
    people, owe_more, mailoutbox
):
    at = owe_more([people.adviser], 40)
    deliver(at)
    later = owe_more([people.adviser], 40)

    deliver(later + timedelta(seconds=1))
    deliver(at + window() - timedelta(seconds=5))
    in_the_window = len(mailoutbox)
    deliver(later + window() + timedelta(minutes=1))

    assert (in_the_window, len(mailoutbox)) == (1, 2)
    assert all(notice.sent_at and notice.attempts == 1 for notice in notices())


def test_letter_of_one_person_does_not_make_another_wait(people, owe_more, mailoutbox):
    deliver(owe_more([people.adviser], 1))

    deliver(owe_more([people.duty_manager], 1))

    assert len(mailoutbox) == 2


def test_what_cannot_wait_breaks_through_and_takes_along_what_waited(people, owe_more, mailoutbox):
    deliver(owe_more([people.adviser], 1))
    deliver(owe_more([people.adviser], 1) + timedelta(seconds=1))
    quiet = len(mailoutbox)

    deliver(owe_more([people.adviser], 1, kind="lone_worker.duress") + timedelta(seconds=1))

    assert (quiet, len(mailoutbox)) == (1, 2)


def test_letter_that_failed_starts_no_window(people, owe_more, settings, mailoutbox):
    settings.EMAIL_BACKEND = "tests.notices.mail.RefusesOne"
    at = owe_more([people.adviser], 1)
    deliver(at)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    deliver(at + timedelta(seconds=40))

    assert len(mailoutbox) == 1


def test_three_workers_at_once_send_each_person_one_letter(people, owe_more, mailoutbox):
    at = owe_more([people.adviser, people.duty_manager, people.second_adviser], 150)

    with databases.signed_in_as(databases.WORKER):
        at_once([partial(sweep, at)] * 3)

    assert sorted(letter.to[0] for letter in mailoutbox) == [
        f"{who}@example.org" for who in ("adviser", "duty_manager", "second_adviser")
    ]
    assert all(notice.sent_at for notice in notices())
