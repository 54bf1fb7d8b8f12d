"""What becomes of what is owed when workers are killed, frozen, or told to go (faults F1 to F3)."""

import os
import random
import signal
import time
from collections import Counter

import pytest
import redis

from accounts.models import Membership
from config.celery import app
from notices import outbox
from notices.claiming import LEASE
from notices.clock import database_now
from notices.models import Notice, Quiet
from notices.outbox import owe
from notices.sweeping import sweep
from tenancy.context import Context
from tenancy.roles import WORKER
from tenancy.work import unit_of_work
from tests import databases, world
from tests.faults import house as building
from tests.faults.house import House, children_of, django_at, kill, wait_for

SLOW = "tests.faults.mail.Slow"
KILLS = 3


@pytest.fixture(scope="module")
def house(root_key, django_db_blocker):
    """A house whose mail server takes its time."""
    with (
        django_db_blocker.unblock(),
        building.house(root_key.parent, MAIL_BACKEND=SLOW) as built,
    ):
        yield built


@pytest.fixture(autouse=True)
def doorbell(house, monkeypatch):
    """Nudges from this process go to the house's Valkey."""
    monkeypatch.setattr(outbox, "doorbell", outbox.Doorbell())
    monkeypatch.setattr(app.conf, "broker_url", house.redis_url)
    monkeypatch.setattr(app.amqp, "_producer_pool", None)
    yield
    kill(house.worker)
    with django_at(house.owner_url), unit_of_work(Context.migration()):
        Quiet.objects.all().delete()  # whoever the killed one was writing to is free at once
    for letter in house.letters.iterdir():
        letter.unlink()


def everybody() -> list[Membership]:
    """Everyone the world has."""
    members = Membership.objects.select_related("agency", "user").order_by("pk")
    return list(members.filter(user__email__in=[f"{who}@example.org" for who in world.MEMBERS]))


def owe_each(event: str) -> int:
    """Owe everybody one notice, each with a nudge of its own; how many."""
    people = everybody()
    for person in people:
        with unit_of_work(person.context):
            owe([person], kind="referral.sent", reference="PH-TEST", dedupe=event)
    return len(people)


def standing_of(event: str) -> list[Notice]:
    """What became of what was owed for an event."""
    with databases.signed_in_as(WORKER), unit_of_work(Context.system()):
        return list(Notice.objects.filter(dedupe__startswith=f"{event}:"))


def unsent(event: str) -> int:
    return sum(notice.sent_at is None for notice in standing_of(event))


def sweep_once(*, later: bool = False) -> int:
    """One sweep, as the worker's role; ``later`` is when the leases of the dead have run out."""
    with databases.signed_in_as(WORKER):
        with unit_of_work(Context.system()):
            at = database_now()
        return sweep(at + LEASE if later else at)


def test_worker_killed_again_and_again_delivers_everything(house, mailoutbox):
    """``kill -9`` in the middle of a letter, some times over, then one sweep."""
    chance = random.Random(24)
    number = owe_each("killed")
    under_way = house.letters.parent / "under-way"
    for _ in range(KILLS):
        under_way.unlink(missing_ok=True)
        house.start(house.worker)
        wait_for(under_way.exists)
        time.sleep(chance.uniform(0, 0.3))
        kill(house.worker)

    for _ in range(number):
        if sweep_once(later=True) == 0:
            break

    notices = standing_of("killed")
    letters = Counter(house.message_ids())
    letters.update(letter.extra_headers["Message-ID"] for letter in mailoutbox)
    assert len(notices) == number
    assert unsent("killed") == 0
    assert set(letters) == {f"<{notice.pk}@pierhead.invalid>" for notice in notices}
    assert letters.total() <= number + KILLS  # a copy only of what was under way
    copies = letters.total() - len(letters)
    print(f"killed {KILLS} times; owed {number}, told {len(letters)}, copies {copies}")


def test_frozen_worker_that_took_a_nudge_to_its_grave_is_made_up_for(house, mailoutbox):
    """``SIGSTOP``, owe, ``SIGKILL``: the nudge is in nobody's queue, the notice in one sweep."""
    house.start(house.worker)
    _wait_until_it_delivers(house)
    os.killpg(house.worker.pid, signal.SIGSTOP)
    number = owe_each("frozen")
    with redis.Redis.from_url(house.redis_url) as broker:
        assert broker.llen("celery") < number  # the frozen one's socket holds the missing nudge
    kill(house.worker)
    assert unsent("frozen") == number

    sweep_once()

    assert unsent("frozen") == 0
    assert len(mailoutbox) == number


def test_killed_pool_child_costs_a_crash_and_its_letter_arrives(house, mailoutbox):
    """Only the child dies: the worker makes another, and the row is taken again."""
    under_way = house.letters.parent / "under-way"
    under_way.unlink(missing_ok=True)
    house.start(house.worker)
    with unit_of_work(everybody()[0].context):
        owe(everybody()[:1], kind="referral.sent", reference="PH-TEST", dedupe="child")
    wait_for(under_way.exists)
    (child,) = children_of(house.worker.pid)
    os.kill(child, signal.SIGKILL)
    wait_for(lambda: children_of(house.worker.pid) - {child})

    sweep_once(later=True)

    (notice,) = standing_of("child")
    assert notice.sent_at is not None
    assert (notice.crashes, notice.attempts) == (1, 2)
    copies = house.message_ids() + [letter.extra_headers["Message-ID"] for letter in mailoutbox]
    assert set(copies) == {f"<{notice.pk}@pierhead.invalid>"}
    assert not house.worker.has_ended


def test_worker_told_to_go_finishes_its_letter(house):
    """``SIGTERM``: what was begun is settled, the rest stays owed, and nothing counts a crash."""
    under_way = house.letters.parent / "under-way"
    under_way.unlink(missing_ok=True)
    house.start(house.worker)
    number = owe_each("told-to-go")
    wait_for(under_way.exists)

    house.worker.stop(patience=20)

    notices = standing_of("told-to-go")
    sent = [notice for notice in notices if notice.sent_at]
    assert len(notices) == number
    assert sent
    assert {(notice.crashes, notice.lease_until) for notice in notices} == {(0, None)}
    assert len(house.message_ids()) == len(sent)


def _wait_until_it_delivers(house: House) -> None:
    with unit_of_work(everybody()[0].context):
        owe(everybody()[:1], kind="referral.sent", reference="PH-TEST", dedupe="awake")
    wait_for(lambda: not unsent("awake"))
