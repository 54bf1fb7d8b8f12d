"""What the direct referrer learns: a code and a date."""

from datetime import datetime

from notices.outbox import owe
from referrals.actions._making_a_move import told_on
from referrals.lifecycle import Side
from referrals.models import Referral
from referrals.models.referral import Feedback


def feed_back(referral: Referral, feedback: Feedback, *, at: datetime) -> None:
    """Tell the direct referrer how far it has come. The caller holds the referral's lock."""
    if referral.feedback == feedback:
        return
    referral.feedback, referral.feedback_at = feedback, at
    referral.save(update_fields=["feedback", "feedback_at"])
    told = told_on(referral, Side.REFERRING)
    dedupe = f"{referral.pk}:feedback:{feedback}:{at.timestamp()}"
    owe(told, kind="referral.feedback", reference=referral.reference, dedupe=dedupe)
