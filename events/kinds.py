"""What systems are told of. A kind that is not here is told to nobody; names are for integrators,
so they stay as they are."""

from django.db import models


class EventKind(models.TextChoices):
    """What happened to a referral, or to what belongs to it."""

    SENT = "referral.sent", "A referral was sent"
    ACCEPTED = "referral.accepted", "It was taken or accepted"
    DECLINED = "referral.declined", "It was declined, with a coded reason"
    ASKED = "referral.asked", "More information is asked for"
    WAITING = "referral.waiting", "It is on a waiting list"
    ANSWERED = "referral.answered", "What was asked is answered"
    WITHDRAWN = "referral.withdrawn", "It was taken back"
    SUPERSEDED = "referral.superseded", "Another referral took its place"
    CLOSED = "referral.closed", "Work on it has ended"
    CONSENT_CHANGED = "consent.changed", "What may be shared has changed: read it again"
    FOLLOW_UP_CHANGED = "follow_up.changed", "A visit was booked, tried, held or moved"
    TEST = "test", "Somebody pressed “Send a test”"


OF_MOVES = {
    "send": EventKind.SENT,
    "accept": EventKind.ACCEPTED,
    "decline": EventKind.DECLINED,
    "ask": EventKind.ASKED,
    "wait": EventKind.WAITING,
    "answer": EventKind.ANSWERED,
    "withdraw": EventKind.WITHDRAWN,
    "supersede": EventKind.SUPERSEDED,
    "close": EventKind.CLOSED,
}
"""A draft that is given up is nobody's business."""
