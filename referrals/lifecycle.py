"""The life of a referral on one page: its statuses, its moves, whose they are, what they need.

The database refuses any other change of status: its trigger is generated from :data:`STEPS`.
"""

from collections.abc import Mapping, Set
from typing import Final, NamedTuple

from django.db import models

from accounts.roles import Permission
from referrals.errors import MoveNotAllowed


class Status(models.TextChoices):
    """Where a referral stands. An unanswered one escalates; it never just expires."""

    DRAFT = "draft", "Draft"
    SENT = "sent", "Waiting for an answer"
    MORE_INFORMATION_ASKED = "more_information_asked", "More information asked for"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"
    CLOSED = "closed", "Closed"
    SUPERSEDED = "superseded", "Replaced by another referral"
    EXPIRED = "expired", "Draft deleted"


class Move(models.TextChoices):
    """What can be done to a referral."""

    SEND = "send", "Send"
    DISCARD = "discard", "Discard"
    ACCEPT = "accept", "Accept"
    DECLINE = "decline", "Decline"
    ASK = "ask", "Ask for more information"
    WAIT = "wait", "Put on the waiting list"
    ANSWER = "answer", "Answer"
    WITHDRAW = "withdraw", "Withdraw"
    SUPERSEDE = "supersede", "Replace"
    CLOSE = "close", "Close"


class Side(models.TextChoices):
    """Which of its two agencies a member stands for."""

    REFERRING = "referring", "Referring agency"
    RECEIVING = "receiving", "Receiving agency"

    @property
    def other(self) -> "Side":
        """The agency across."""
        return Side.RECEIVING if self is Side.REFERRING else Side.REFERRING


class Step(NamedTuple):
    """A move: from where, to where, whose, needing what."""

    sources: Set[Status]
    target: Status
    side: Side
    needs: Permission


_S, _M, _P = Status, Move, Permission
PENDING: Final = frozenset({_S.SENT, _S.MORE_INFORMATION_ASKED})
"""Sent and not answered: the receiving agency sees a preview and holds no key."""

STEPS: Final[Mapping[Move, Step]] = {
    _M.SEND: Step({_S.DRAFT}, _S.SENT, Side.REFERRING, _P.REFER),
    _M.DISCARD: Step({_S.DRAFT}, _S.EXPIRED, Side.REFERRING, _P.REFER),
    _M.ACCEPT: Step(PENDING, _S.ACCEPTED, Side.RECEIVING, _P.DECIDE),
    _M.DECLINE: Step(PENDING, _S.DECLINED, Side.RECEIVING, _P.DECIDE),
    _M.ASK: Step({_S.SENT}, _S.MORE_INFORMATION_ASKED, Side.RECEIVING, _P.DECIDE),
    _M.WAIT: Step({_S.SENT}, _S.SENT, Side.RECEIVING, _P.DECIDE),
    _M.ANSWER: Step({_S.MORE_INFORMATION_ASKED}, _S.SENT, Side.REFERRING, _P.REFER),
    _M.WITHDRAW: Step(PENDING | {_S.ACCEPTED}, _S.WITHDRAWN, Side.REFERRING, _P.REFER),
    _M.SUPERSEDE: Step({*PENDING, _S.DECLINED}, _S.SUPERSEDED, Side.REFERRING, _P.REFER),
    _M.CLOSE: Step({_S.ACCEPTED}, _S.CLOSED, Side.RECEIVING, _P.CLOSE),
}


def target_of(move: Move, status: str) -> Status:
    """Where a move leads from a status.

    :raises MoveNotAllowed: if it does not start there.
    """
    step = STEPS[move]
    if status not in step.sources:
        raise MoveNotAllowed(
            f"You cannot {move.label[0].lower()}{move.label[1:]} this referral: it is"
            f" “{Status(status).label}”."
        )
    return step.target


def changes() -> Set[tuple[Status, Status]]:
    """Every change of status there is, for the database's trigger and its test."""
    steps = {(source, step.target) for step in STEPS.values() for source in step.sources}
    return {(source, target) for source, target in steps if source != target}
