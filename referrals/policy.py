"""Who may do what. Pure: it decides from what it is given and reads nothing.

Every door, task and export asks here; the queryset ``visible_to`` says what exists at all.
"""

from accounts.models import Membership
from accounts.roles import Permission
from referrals.lifecycle import PENDING, STEPS, Move, Side, Status
from referrals.models import Referral

_OPENED_BY_THE_RECEIVER = frozenset({Status.ACCEPTED, Status.CLOSED})


def may(member: Membership, move: Move, referral: Referral) -> bool:
    """Whether a move is this member's to make, at whatever time.

    Once a first referral is accepted the receiver leads the case, and only she or they end it:
    its sender cannot take it back. Only a service has a waiting list: after a police visit somebody
    answers within hours.
    """
    step = STEPS[move]
    if move is Move.WAIT and referral.service_id is None:
        return False
    if move is Move.WITHDRAW and referral.status == Status.ACCEPTED and not referral.parent_id:
        return False
    return member.has(step.needs) and referral.side_of(member.agency_id) == step.side


def open_moves(member: Membership, referral: Referral) -> list[Move]:
    """The moves to offer now: theirs to make, and legal from here. Replacing is not offered."""
    return [
        move
        for move, step in STEPS.items()
        if move is not Move.SUPERSEDE
        and referral.status in step.sources
        and may(member, move, referral)
    ]


def may_open(member: Membership, referral: Referral) -> bool:
    """Whether the member may open what the referral's case holds for their agency.

    The author of a referral may read back what they wrote. Across, only once it is accepted, and
    only those it is assigned to, or those who may open any case of the agency.
    """
    side = referral.side_of(member.agency_id)
    if side is None or not member.has(Permission.OPEN):
        return False
    if side is Side.RECEIVING and referral.status not in _OPENED_BY_THE_RECEIVER:
        return False
    involved = member.pk in {referral.sent_by_id, referral.assigned_to_id}
    return involved or member.has(Permission.OPEN_ANY)


def may_attach(member: Membership, referral: Referral) -> bool:
    """Whether the member may add a file: who works on the case, and its author until it is
    answered."""
    authored = referral.side_of(member.agency_id) is Side.REFERRING and may_open(member, referral)
    unanswered = referral.status in PENDING | {Status.DRAFT}
    return may_work_on(member, referral) or (authored and unanswered)


def may_work_on(member: Membership, referral: Referral) -> bool:
    """Whether the member may add to the case the referral brought."""
    return (
        referral.status == Status.ACCEPTED
        and referral.side_of(member.agency_id) is Side.RECEIVING
        and may_open(member, referral)
    )
