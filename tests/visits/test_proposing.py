"""The times that are proposed: every one of them can be booked, and none is somebody's already."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from directory.safe_times import is_safe_throughout, windows_from_json
from referrals.models import Referral
from tenancy.work import unit_of_work
from tests.rota.conftest import a_leave, a_pattern, week
from tests.visits.test_booking import a_booking, refer_always
from visits import actions
from visits.models import FollowUp
from visits.proposing import MOST, propose

HOUR = timedelta(hours=1)


def proposed(people, referral, *, to=None, now=None):
    member = to or people.adviser
    with unit_of_work(member.context):
        follow_up = FollowUp.objects.get(referral=referral)
        fresh = Referral.objects.get(pk=referral.pk)
        return propose(follow_up, fresh, member, now=now or datetime.now(UTC))


@pytest.fixture
def always(people):
    return refer_always(people, 2)


def test_propose_five_hours_that_do_not_overlap_and_every_one_can_be_booked(people, always):
    spans = proposed(people, always)

    assert len(spans) == MOST
    assert all(after.starts >= before.ends for before, after in itertools.pairwise(spans))
    for span in spans:
        booking = a_booking(
            people.adviser,
            starts_at=span.starts,
            outside_reason="",
            moved_reason="she_asked",
        )
        assert actions.book(always.reference, booking, by=people.adviser)


def test_propose_only_what_is_safe_from_beginning_to_end(people, sent):
    actions.take(sent.reference, by=people.adviser)
    with unit_of_work(people.adviser.context):
        later = datetime.now(UTC) + timedelta(days=6)
        FollowUp.objects.filter(referral=sent).update(visit_by_at=later)

    spans = proposed(people, sent)

    windows = windows_from_json(sent.safe_windows)
    assert len(spans) == MOST
    assert all(is_safe_throughout(windows, *span) for span in spans)


def test_propose_nothing_after_the_window(people, always):
    late = datetime.now(UTC) + 30 * HOUR

    assert proposed(people, always, now=late) == []
    assert proposed(people, always) != []


def test_propose_nothing_where_contact_is_held(people, always):
    with unit_of_work(people.adviser.context):
        Referral.objects.filter(pk=always.pk).update(contact="held")

    assert proposed(people, always) == []


def test_propose_leaves_out_when_the_adviser_is_booked(people, always):
    other = refer_always(people, 2)
    first = proposed(people, always)[0]
    booking = a_booking(people.adviser, starts_at=first.starts)
    actions.book(other.reference, booking, by=people.adviser)

    assert first not in proposed(people, always)
    assert first in proposed(people, always, to=people.second_adviser)


def test_propose_only_while_the_adviser_works(people, always):
    a_pattern(
        people.adviser, week(*((day, hour, hour + 12) for day in range(7) for hour in (0, 12)))
    )
    now = datetime.now(UTC)
    a_leave(people.adviser, now - HOUR, now + 6 * HOUR)

    spans = proposed(people, always)

    assert spans
    assert all(span.starts >= now + 6 * HOUR for span in spans)
