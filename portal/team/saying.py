"""What each line of the team's page says: a number, and what it is a number of. Nobody is named.

Each sentence asks the database the same few questions however much there is.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final, NamedTuple

from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import Membership
from directory.areas import AREAS
from disclosure.reading import may_disclose, requests_of
from marac.reading import meetings, to_take_on
from marac.terms import coordinates
from notices.numbers import number_of, numbers_at
from oversight import recovering
from portal.glass.views import reviewable, to_answer
from portal.planner.lines import not_placed_by, proposals_of
from portal.rota.people import colleagues
from portal.rota.wording import in_hand
from portal.safety.cards import Card, cards, going_out, open_ones
from portal.words import counted
from retention.reading import waiting
from rota.caseload import caseloads
from rota.duty import advisers, keeps_rota, on_duty
from rota.models import Leave, TravelTime
from visits.cover import left_without_worker
from visits.models import FollowUp, Programme, Proposal
from visits.planner.deciding import newest_plan


class Said(NamedTuple):
    """What a line says, and whether somebody has to do something about it."""

    words: str
    is_pressing: bool = False


def who_is_out(member: Membership, now: datetime) -> Said:
    """Alarms first, then who is out, then who is to leave."""
    shown = cards(going_out(member).filter(open_ones(now)), now, to=member)
    alarms = _of(shown, lambda card: card.is_alarm)
    return Said(
        _listed(
            [
                (alarms, "alarm", "alarms"),
                (_of(shown, lambda card: card.is_out and not card.is_alarm), "out", "out"),
                (_of(shown, lambda card: card.is_planned and not card.is_alarm), *_TO_LEAVE),
            ],
            none="Nobody is out, and nobody is about to leave",
        ),
        bool(alarms),
    )


_TO_LEAVE: Final = ("has not left yet", "have not left yet")


def _of(shown: Iterable[Card], which: Callable[[Card], bool]) -> int:
    return sum(which(card) for card in shown)


def visits(member: Membership, now: datetime) -> Said:
    """Those the member goes out for."""
    own = Q(adviser=member) | Q(second_worker=member)
    number = going_out(member).filter(own).filter(open_ones(now)).count()
    return Said(counted(number, "to go out for", "to go out for") if number else "None")


def plan(member: Membership, _now: datetime) -> Said:
    """What the newest plan waits for."""
    run = newest_plan(member)
    if run is None:
        return Said("No plan was made yet")
    waiting = proposals_of(run, member).filter(state=Proposal.State.PROPOSED).count()
    missing = not_placed_by(run, member).count()
    words = _listed(
        [
            (waiting, "proposal waits for a decision", "proposals wait for a decision"),
            (missing, "visit without a place", "visits without a place"),
        ],
        none="Nothing waits for a decision",
    )
    return Said(words, bool(waiting or missing))


def left(member: Membership, now: datetime) -> Said:
    """What somebody who is away or has left still has in hand."""
    left = left_without_worker(member.agency_id, now)
    said = in_hand(len(left.visits), len(left.follow_ups)) or "Nothing is"
    return Said(f"{said} without a worker", bool(left))


def rota(member: Membership, now: datetime) -> Said:
    """The team, at this moment."""
    agency_id = member.agency_id
    if not keeps_rota(agency_id):
        return Said("Nobody’s hours are written down yet")
    away = Leave.objects.filter(
        agency=agency_id, during__contains=now, membership__in=advisers(agency_id)
    )
    people = away.values("membership").distinct().count()
    return Said(f"{len(on_duty(agency_id, now))} on duty now, {people} away")


def own_rota(member: Membership, now: datetime) -> Said:
    """Whether the member is at work, so far as the rota knows."""
    agency_id = member.agency_id
    if not keeps_rota(agency_id):
        return Said("Your hours are not written down yet")
    return Said("On duty now" if member.pk in on_duty(agency_id, now) else "Not on duty now")


def caseload(member: Membership, now: datetime) -> Said:
    """What is open, and who took more than one should."""
    loads = caseloads(member.agency_id, now).values()
    above = sum(load.is_more_than_recommended for load in loads)
    said = counted(sum(load.open_now for load in loads), "open case", "open cases")
    people = counted(above, "colleague took", "colleagues took")
    return Said(f"{said}; {people} more than recommended" if above else said, bool(above))


def travel(member: Membership, _now: datetime) -> Said:
    """Whether the agency has put down times of its own."""
    own = TravelTime.objects.filter(agency=member.agency_id).count()
    return Said(counted(own, "way of your own", "ways of your own") if own else "The usual times")


def texts(member: Membership, _now: datetime) -> Said:
    """How many of the team said yes."""
    people = list(colleagues(member.agency_id).values_list("pk", flat=True))
    known = numbers_at(member.agency_id)
    agreed = sum(each in known and known[each].agreed_at is not None for each in people)
    return Said(f"{agreed} of {len(people)} colleagues agreed to be texted", not agreed)


def own_texts(member: Membership, _now: datetime) -> Said:
    """The member’s own number."""
    own = number_of(member)
    if own is None:
        return Said("You get none")
    return Said(f"To {own.number}" if own.agreed_at else "You have not agreed yet")


def clocks(member: Membership, now: datetime) -> Said:
    """Contact that is late, and contact that is paused."""
    owed = FollowUp.objects.visible_to(member).running().filter(contacted_at=None)
    late = Q(due_at__lte=now, paused_at=None)
    numbers = owed.aggregate(
        late=Count("pk", filter=late), paused=Count("pk", filter=Q(paused_at__isnull=False))
    )
    said = _listed(
        [(numbers["late"], "late", "late"), (numbers["paused"], "paused", "paused")],
        none="None late, none paused",
    )
    return Said(said, bool(numbers["late"]))


def programme(_member: Membership, now: datetime) -> Said:
    """The areas of the region that have joined."""
    rows = Programme.objects.filter(period__contains=timezone.localdate(now))
    joined = rows.filter(is_joined=True).count()
    return Said(f"{joined} of {len(AREAS)} areas have joined")


def marac(member: Membership, now: datetime) -> Said:
    """Meetings to come, and for whoever coordinates what waits."""
    coming = meetings(member).filter(held_at__gte=now).count()
    said = counted(coming, "meeting ahead", "meetings ahead") if coming else "No meeting ahead"
    waiting = to_take_on(member).count() if coordinates(member) else 0
    words = counted(waiting, "referral waits for a list", "referrals wait for a list")
    return Said(f"{said}, {words}" if waiting else said, bool(waiting))


def _listed(numbers: Iterable[tuple[int, str, str]], *, none: str) -> str:
    return ", ".join(counted(*each) for each in numbers if each[0]) or none


def evidence(member: Membership, now: datetime) -> Said:
    """What is there; to count it would be to look at it, and that is on record."""
    return Said("Who read and changed what, a sample of each week, and what was refused")


def glasses(member: Membership, now: datetime) -> Said:
    """Who asks to look at a case that is not theirs, and what nobody has reviewed."""
    asked, late = to_answer(member, now).count(), reviewable(member).count()
    words = _listed(
        [
            (asked, "colleague waits for an answer", "colleagues wait for an answer"),
            (late, "to review", "to review"),
        ],
        none="Nobody asks, and nothing is to be reviewed",
    )
    return Said(words, bool(asked or late))


def keeping(member: Membership, _now: datetime) -> Said:
    """What a second person is asked to let go."""
    asked = waiting(member).exclude(asked_by=member).count()
    return Said(
        counted(asked, "case waits", "cases wait") if asked else "Nothing waits", bool(asked)
    )


def disclosures(member: Membership, now: datetime) -> Said:
    """What is to be answered, and what is late."""
    if not may_disclose(member):
        return Said("")
    open_ = requests_of(member).filter(given_at=None, refused_at=None)
    late = open_.filter(due_on__lt=timezone.localdate(now)).count()
    words = _listed(
        [(open_.count(), "to answer", "to answer"), (late, "late", "late")],
        none="Nothing is to be answered",
    )
    return Said(words, bool(late))


def ways_back(member: Membership, now: datetime) -> Said:
    """Colleagues who lost their way in and wait for a second person."""
    asked = recovering.waiting(member, at=now)
    number = sum(recovering.may_answer(member, each) for each in asked)
    return Said(f"{number} waiting" if number else "Nobody waits", bool(number))
