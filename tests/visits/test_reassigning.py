"""Giving a follow-up to somebody else; as it escalates, the right person is told once."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from notices.models import Notice
from referrals import actions as referring
from referrals.errors import MoveNotAllowed, NotWellFormed
from referrals.models import Referral
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.at_once import at_once
from tests.visits.conftest import refer
from visits import actions
from visits.models import FollowUp
from visits.sweeping import sweep

KINDS = ("referral.assign", "follow_up.four_hours", "follow_up.nobodys")
assign = partial(referring.assign, reason="leave")
pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def taken(people, sent):
    actions.take(sent.reference, by=people.adviser)
    return sent


def whose(people, referral):
    with unit_of_work(people.duty_manager.context):
        return Referral.objects.get(pk=referral.pk).assigned_to_id


def told(reference):
    """How often who was told what about a referral."""
    with databases.signed_in_as(databases.WORKER), unit_of_work(Context.system()):
        found = Notice.objects.filter(reference=reference, kind__in=KINDS)
        return Counter(found.values_list("kind", "recipient"))


def test_reassign_makes_it_theirs_and_tells_them(people, taken):
    assign(taken.reference, people.second_adviser, by=people.duty_manager)

    assert whose(people, taken) == people.second_adviser.pk
    assert told(taken.reference) == {("referral.assign", people.second_adviser.pk): 1}


@pytest.mark.parametrize(
    ("to", "by", "error"),
    [
        ("second_adviser", "adviser", PermissionDenied),
        ("second_adviser", "wirral_adviser", Referral.DoesNotExist),
        ("wirral_adviser", "duty_manager", NotWellFormed),
        ("administrator", "duty_manager", NotWellFormed),
        ("adviser", "duty_manager", MoveNotAllowed),
    ],
)
def test_reassign_is_refused_and_leaves_nothing(people, taken, to, by, error):
    with pytest.raises(error):
        assign(taken.reference, getattr(people, to), by=getattr(people, by))

    assert whose(people, taken) == people.adviser.pk
    assert told(taken.reference) == {}
    assign(taken.reference, people.second_adviser, by=people.duty_manager)
    assert whose(people, taken) == people.second_adviser.pk


def test_reassigned_at_the_moment_it_escalates_the_right_person_is_told_once(people):
    manager, second = people.duty_manager, people.second_adviser
    first = people.adviser.pk
    for _ in range(8):
        referral = refer(people)
        actions.take(referral.reference, by=people.adviser)
        with unit_of_work(manager.context):
            due_at = FollowUp.objects.get(referral=referral).due_at
        reassign = partial(assign, referral.reference, second, by=manager)
        at_once([reassign, partial(as_worker, due_at - timedelta(hours=4))])

        counted = told(referral.reference)
        woken = [who for kind, who in counted if kind == "follow_up.four_hours"]
        assert counted["referral.assign", second.pk] == 1
        assert woken in ([first], [second.pk], [])  # as it was before, or as it is; never both
        assert set(counted.values()) == {1}


def as_worker(at):
    """Sweep on a connection of the worker's own, beside the web's in the other thread."""
    worker = {"USER": databases.WORKER.name, "PASSWORD": databases.WORKER.password}
    connection.settings_dict = connection.settings_dict | worker
    sweep(at)
