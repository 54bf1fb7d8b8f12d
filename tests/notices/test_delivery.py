"""Delivery: one neutral letter a person, once, whatever the mail server does."""

from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import Membership, User
from notices import delivery, posting
from notices.claiming import LEASE, Parking, claim
from notices.models import Notice, Quiet
from notices.sweeping import sweep
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.notices import mail
from tests.notices.conftest import notices, working

FORBIDDEN = (
    "police", "idva", "abuse", "victim", "survivor", "case", "referral", "domestic", "sexual",
    "rowan", "merseyside", "liverpool", "example.org", "PH-",
)  # fmt: skip


def deliver_all(at):
    with databases.signed_in_as(databases.WORKER):
        return sweep(at)


def due():
    return notices()[-1].available_at


def test_deliver_sends_one_letter_and_settles_the_notice(people, owed, mailoutbox):
    owed(people.adviser, by=people.officer)
    (notice,) = notices()

    with databases.signed_in_as(databases.WORKER):
        settled = delivery.deliver([str(notice.pk)])

    (notice,) = notices()
    assert (settled, notice.attempts, notice.lease_until) == (1, 1, None)
    assert notice.sent_at is not None
    assert [letter.to for letter in mailoutbox] == [["adviser@example.org"]]


def test_deliver_again_does_nothing(people, owed, mailoutbox):
    owed(people.adviser, by=people.officer)
    ids = [str(notice.pk) for notice in notices()]

    with databases.signed_in_as(databases.WORKER):
        settled = [delivery.deliver(ids) for _ in range(3)]

    assert settled == [1, 0, 0]
    assert len(mailoutbox) == 1


def test_deliver_leaves_alone_what_another_worker_holds(people, owed, mailoutbox):
    owed(people.adviser, by=people.officer)
    at = due()
    with working():
        claim(Notice.objects.unsent(), at=at, limit=1)

    with databases.signed_in_as(databases.WORKER):
        settled = delivery.deliver([str(notice.pk) for notice in notices()])

    assert (settled, len(mailoutbox)) == (0, 0)


def test_letter_says_nothing(people, owed, mailoutbox):
    owed(people.adviser, by=people.officer)
    (notice,) = notices()

    deliver_all(due())

    (letter,) = mailoutbox
    assert (letter.subject, letter.body) == (
        "New task in your work system",
        "Sign in to see it.",
    )
    headers = letter.message()
    del headers["To"]
    raw = headers.as_string().lower()
    assert [word for word in FORBIDDEN if word.lower() in raw] == []
    assert f"message-id: <{notice.pk}@pierhead.invalid>" in raw


def test_sweep_puts_what_one_person_is_owed_into_one_letter(people, owed, mailoutbox):
    officer, adviser, team_lead = people.officer, people.adviser, people.team_lead
    owed(adviser, by=officer, number=40)
    owed(team_lead, by=officer, number=3)
    owed(adviser, by=officer, number=70)

    settled = deliver_all(due())

    assert settled == 73
    assert sorted(letter.to[0] for letter in mailoutbox) == [
        "adviser@example.org",
        "team_lead@example.org",
    ]
    assert all(notice.sent_at for notice in notices())


def test_sweep_sends_one_letter_to_someone_who_acts_for_two_agencies(people, owed, mailoutbox):
    officer, adviser = people.officer, people.adviser
    second = _also_at(adviser, people.wirral_adviser.agency)
    owed(adviser, by=officer)
    owed(second, by=officer)

    settled = deliver_all(due())

    assert (settled, len(mailoutbox)) == (2, 1)


def test_nudge_takes_what_else_the_person_is_owed_along(people, owed, mailoutbox):
    owed(people.adviser, by=people.officer, number=5)

    with databases.signed_in_as(databases.WORKER):
        settled = delivery.deliver([str(notices()[0].pk)])

    assert (settled, len(mailoutbox)) == (5, 1)


def test_sweep_parks_what_is_owed_to_someone_who_has_left(people, owed, mailoutbox):
    adviser, team_lead = people.adviser, people.team_lead
    owed(adviser, by=people.officer)
    owed(team_lead, by=people.officer)
    _as_owner("UPDATE accounts_membership SET ended_at = now() WHERE id = %s", adviser.pk)

    deliver_all(due())

    assert {n.recipient_id: (n.parked_for, bool(n.sent_at)) for n in notices()} == {
        adviser.pk: (Parking.LEFT, False),
        team_lead.pk: ("", True),
    }
    assert len(mailoutbox) == 1


def test_sweep_puts_off_one_letter_and_keeps_the_rest_while_the_server_is_away(
    people, owed, mail_server_is_away
):
    for who in (people.adviser, people.team_lead, people.caseworker):
        owed(who, by=people.officer)
    at = due()

    settled = deliver_all(at)

    first, *others = notices()
    assert settled == 1
    assert at + timedelta(seconds=30) <= first.available_at < at + timedelta(seconds=35)
    assert [(n.attempts, n.lease_until, n.available_at <= at) for n in others] == [
        (0, None, True)
    ] * 2


def test_sweep_catches_up_when_the_server_is_back(people, owed, settings, mailoutbox):
    backend = settings.EMAIL_BACKEND
    for who in (people.adviser, people.team_lead, people.caseworker):
        owed(who, by=people.officer)
    at = due()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    deliver_all(at)
    settings.EMAIL_BACKEND = backend

    deliver_all(at + timedelta(seconds=40))

    assert len(mailoutbox) == 3
    assert all(notice.sent_at for notice in notices())


@pytest.mark.parametrize("fault", ["RefusesOne", "BreaksOnOne"])
def test_sweep_lets_no_bad_letter_hold_up_the_others(
    people, owed, settings, mailoutbox, caplog, fault
):
    settings.EMAIL_BACKEND = f"tests.notices.mail.{fault}"
    owed(people.adviser, by=people.officer)
    owed(people.team_lead, by=people.officer)
    at = due()

    deliver_all(at)

    spoilt, good = notices()
    assert [letter.to for letter in mailoutbox] == [["team_lead@example.org"]]
    assert good.sent_at is not None
    assert (spoilt.sent_at, spoilt.lease_until, spoilt.attempts) == (None, None, 1)
    assert spoilt.available_at > at + timedelta(seconds=29)
    assert mail.SPOILT not in caplog.text


def test_sweep_gives_back_what_would_outlast_the_lease(people, owed, monkeypatch, mailoutbox):
    monkeypatch.setattr(posting, "LATEST_START", timedelta(0))  # every letter takes too long
    owed(people.adviser, by=people.officer)
    owed(people.team_lead, by=people.officer)

    with databases.signed_in_as(databases.WORKER):
        slow = delivery.deliver_due(at=due())
    left = [(n.attempts, n.lease_until) for n in notices() if n.sent_at is None]
    with databases.signed_in_as(databases.WORKER):
        quick = delivery.deliver_due(at=due() + LEASE)

    assert (slow, left) == ((1, True), [(0, None)])
    assert (quick, len(mailoutbox)) == ((1, True), 2)


def test_sweep_sends_what_a_dead_worker_left_and_counts_the_crash(people, owed, mailoutbox):
    owed(people.adviser, by=people.officer, number=3)
    at = due()
    with working():
        claim(Notice.objects.unsent(), at=at, limit=3)

    early = deliver_all(at + LEASE - timedelta(seconds=1))
    late = deliver_all(at + LEASE)

    assert (early, late) == (0, 3)
    assert [(n.crashes, bool(n.sent_at)) for n in notices()] == [(1, True)] * 3
    assert len(mailoutbox) == 1


def test_letter_sent_again_after_a_crash_has_the_same_message_id(people, owed, mailoutbox):
    owed(people.adviser, by=people.officer)
    at = due()
    deliver_all(at)
    with working():  # what a worker killed between sending and settling leaves behind
        Notice.objects.update(sent_at=None, lease_until=at + LEASE)
        Quiet.objects.update(until=at + LEASE)

    deliver_all(at + LEASE)

    first, second = (letter.extra_headers["Message-ID"] for letter in mailoutbox)
    assert first == second


def test_worker_reads_no_more_of_a_person_than_their_address(own_database, people):
    officer = people.officer

    with (
        pytest.raises(Exception, match="permission denied for table accounts_user"),
        databases.signed_in_as(databases.WORKER),
        unit_of_work(Context.system()),
    ):
        User.objects.get(pk=officer.user_id)


def _also_at(member, agency):
    _as_owner(
        "INSERT INTO accounts_membership (user_id, agency_id, role, title, started_at)"
        " VALUES (%s, %s, 'adviser', '', now())",
        member.user_id,
        agency.pk,
    )
    return Membership.objects.get(user=member.user_id, agency=agency)


def _as_owner(statement, *parameters):
    with databases.owner(connection.settings_dict["NAME"]) as owner:
        owner.execute(statement, parameters)
