"""What the direct referrer learns, and is asked: a code and a date."""

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


def ask_for_contact(referral: Referral, wanted: str, *, at: datetime) -> None:
    """Ask the direct referrer to find another way to reach her. The caller holds the lock."""
    if referral.contact_wanted == wanted:
        return
    referral.contact_wanted, referral.contact_wanted_at = wanted, at
    referral.save(update_fields=["contact_wanted", "contact_wanted_at"])
    told = told_on(referral, Side.REFERRING)
    dedupe = f"{referral.pk}:contact_wanted:{at.timestamp()}"
    owe(told, kind="referral.contact_wanted", reference=referral.reference, dedupe=dedupe)
