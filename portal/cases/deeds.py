"""What can be done on a case: the one thing to do first, and everything else under plain headings.

Each choice is the words of its link and the name of its page; the pages check again who may.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from accounts.models import Membership
from accounts.roles import Permission
from portal.clocks.shown import Panel, deeds_of
from portal.marac import standing as marac
from referrals.lifecycle import Move
from referrals.models import Referral
from referrals.policy import open_moves
from referrals.safe_contact import Ways, is_fresh
from risk.reading import marac_threshold_of
from visits.ladder import is_unacknowledged
from visits.lone_working import goes_out
from visits.models import ClosureRequest, FollowUp, Visit

SOON: Final = timedelta(hours=16)
"""A visit that begins within this comes before trying to be in touch."""


class Choice(NamedTuple):
    """Something to do: the words, and the name of the page."""

    label: str
    page: str


class Choices(NamedTuple):
    """What to do first, and the rest by heading; neither where nothing can be done."""

    first: Choice | None
    groups: Mapping[str, list[Choice]]


@dataclass(frozen=True)
class Situation:
    """How a case stands, as far as what can be done follows from it."""

    member: Membership
    referral: Referral
    follow_up: FollowUp | None
    booked: Visit | None
    ways: Ways
    clocks: Panel | None
    is_to_be_told: bool
    now: datetime

    @property
    def visits(self) -> bool:
        """Whether the member visits."""
        return self.member.has(Permission.VISIT)

    @property
    def manages(self) -> bool:
        """Whether the member looks after the team."""
        return self.member.has(Permission.MANAGE)

    @property
    def owes_contact(self) -> bool:
        """Whether the duty to be in touch runs, and is theirs to work on."""
        return self.visits and self.follow_up is not None and self.follow_up.ended_at is None

    @property
    def may_call(self) -> bool:
        """Whether some way may be relied on; at which hour, its own page says."""
        fresh = (is_fresh(rule, self.now) for rule in self.ways.rules.values())
        return not self.ways.held and any(fresh)


def choices_of(situation: Situation) -> Choices:
    """Everything that can be done, what is first apart."""
    groups = {heading: list(find(situation)) for heading, find in _GROUPS.items()}
    offered = {choice.page: choice for choices in groups.values() for choice in choices}
    first = next((offered[page] for page in _in_turn(situation) if page in offered), None)
    rest = {
        heading: [choice for choice in choices if choice != first]
        for heading, choices in groups.items()
    }
    return Choices(first, {heading: choices for heading, choices in rest.items() if choices})


def _in_turn(at: Situation) -> Iterator[str]:
    """The pages in the order in which they are pressing; the first that is offered is first."""
    yield from ("changes", "acknowledge", "why_late", "tell_result", "answer_closing")
    if at.booked and (_is_soon(at) or _was_reached(at)):
        yield from _visit_pages(at)
    if not _was_reached(at):
        if not at.may_call:
            yield "how_to_reach"
        yield from ("about_to_call", "record_contact")
    if at.booked is None and at.owes_contact:
        yield "book"
    yield from ("case_risk", "assess", "add_note")


def _visit_pages(at: Situation) -> Iterator[str]:
    """Check before it begins; afterwards, say how it went."""
    if at.booked and at.booked.during.lower > at.now:
        yield "check_visit"
    yield "record_visit"


def _is_soon(at: Situation) -> bool:
    return at.booked is not None and at.booked.during.lower <= at.now + SOON


def _was_reached(at: Situation) -> bool:
    """Whether nobody need try any more; without a duty to be in touch nobody knows."""
    return at.follow_up is not None and bool(at.follow_up.contacted_at or at.follow_up.ended_at)


def _reaching(at: Situation) -> Iterator[Choice]:
    if at.follow_up is not None and at.owes_contact and is_unacknowledged(at.follow_up):
        yield Choice("I am on it", "acknowledge")
    if at.may_call:
        yield Choice("I am about to call", "about_to_call")
    if at.owes_contact:
        yield Choice("Record contact", "record_contact")
    if at.visits:
        yield Choice("How to be in touch safely", "how_to_reach")


def _visiting(at: Situation) -> Iterator[Choice]:
    if not at.owes_contact:
        return
    if at.booked is None:
        yield Choice("Book a visit", "book")
    else:
        if goes_out(at.booked):
            yield Choice("Check before the visit", "check_visit")
        yield Choice("Record the visit", "record_visit")
        yield Choice("Change the booking", "book")
    yield Choice("What the visit needs", "visit_needs")
    if at.manages:
        yield Choice("Who must not visit", "conflicts")


def _referring(at: Situation) -> Iterator[Choice]:
    if at.member.has(Permission.REFER):
        yield Choice("Refer to a service", "refer_on")
    yield from (Choice(*each) for each in marac.deeds(at.referral, at.member))
    if at.owes_contact:
        yield Choice("Transfer to another area", "transfer")
    if at.manages:
        yield Choice("Give to a colleague", "give_to")


def _recording(at: Situation) -> Iterator[Choice]:
    if at.clocks is not None:
        pressing = deeds_of(at.clocks, at.member)
        yield from (Choice(label, page) for page, label in pressing.items())
    if at.is_to_be_told:
        yield Choice("Tell them the result", "tell_result")
    if at.visits:
        # That a threshold is reached is to be thought about. Nothing is sent by itself.
        if marac_threshold_of(at.referral):
            yield Choice("MARAC threshold reached", "case_risk")
        yield Choice("Assess the risk", "assess")
    yield Choice("Add a note", "add_note")
    yield Choice("Add a document", "add_document")


def _ending(at: Situation) -> Iterable[Choice]:
    if Move.CLOSE not in open_moves(at.member, at.referral):
        return []
    asked = ClosureRequest.objects.filter(follow_up=at.follow_up, answered_at=None)
    if at.follow_up and asked.exists():
        return [Choice("Sign off the closing", "answer_closing")] if at.manages else []
    return [Choice("Close", "close")]


_GROUPS: Final = {
    "Reach them": _reaching,
    "Visit": _visiting,
    "Refer on": _referring,
    "Record": _recording,
    "End": _ending,
}
