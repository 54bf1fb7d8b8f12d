"""A referral's timeline, as one of its two sides may read it."""

from typing import Final

from accounts.models import Membership
from portal import words
from portal.components import Happening
from referrals.lifecycle import Move
from referrals.models import Referral, ReferralEvent

TITLES: Final = {
    Move.SEND: "Referral sent",
    Move.ACCEPT: "Taken on",
    Move.DECLINE: "Declined",
    Move.ASK: "A question was asked",
    Move.WAIT: "Put on the waiting list",
    Move.ANSWER: "The question was answered",
    Move.WITHDRAW: "Withdrawn",
    Move.SUPERSEDE: "Replaced by another referral",
    Move.CLOSE: "Closed",
}


def happenings(referral: Referral, *, to: Membership) -> list[Happening]:
    """The moves made, newest first. Colleagues have names; across, an agency answers as a whole."""
    events = referral.events.exclude(move=Move.DISCARD)
    return [_happening(event, to) for event in events.select_related("by__agency", "by__user")]


def _happening(event: ReferralEvent, to: Membership) -> Happening:
    return Happening(
        title=TITLES[Move(event.move)],
        at=event.at,
        by=name_of(event.by, to=to),
        note=words.reason(event.move, event.reason),
    )


def name_of(member: Membership | None, *, to: Membership) -> str:
    """How somebody is named to a member: by name to colleagues, else by agency."""
    if member is None:
        return "the system"
    ours = member.agency_id == to.agency_id
    return member.display_name if ours else str(member.agency.name)
