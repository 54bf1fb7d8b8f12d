"""What the direct referrer learns: a code and a date."""

from datetime import datetime

from accounts.models import Membership
from notices.outbox import owe
from referrals.models import Referral
from referrals.models.referral import Feedback


def feed_back(referral: Referral, feedback: Feedback, *, at: datetime) -> None:
    """Tell the direct referrer how far it has come. The caller holds the referral's lock."""
    if referral.feedback == feedback:
        return
    referral.feedback, referral.feedback_at = feedback, at
    referral.save(update_fields=["feedback", "feedback_at"])
    told = Membership.objects.current().filter(pk=referral.sent_by_id).exclude(user=None)
    dedupe = f"{referral.pk}:feedback:{feedback}:{at.timestamp()}"
    owe(list(told), kind="referral.feedback", reference=referral.reference, dedupe=dedupe)
