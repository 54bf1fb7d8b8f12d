"""Codes of keeping and letting go: what holds a case, why one goes, and what is in the ledger."""

from django.db import models


class HoldKind(models.TextChoices):
    """What keeps a case from being disposed of, whoever asks."""

    LEGAL = "legal", "Court proceedings, or a claim"
    DEATH_REVIEW = "death_review", "A domestic abuse related death review"
    INQUIRY = "inquiry", "An inquiry, or a complaint"
    SAFEGUARDING = "safeguarding", "Somebody is still at risk"


class DisposalReason(models.TextChoices):
    """Why a case goes."""

    TIME_IS_UP = "time_is_up", "The time it is kept for is up"
    THEIR_REQUEST = "their_request", "They asked for it to be erased"
    MADE_IN_ERROR = "made_in_error", "It should never have been recorded"


class LedgerKind(models.TextChoices):
    """What a restored backup would otherwise bring back."""

    ENDED = "ended", "An agency's access ended"
    NARROWED = "narrowed", "An agency lost parts"
    WITHDRAWN = (
        "withdrawn",
        "An agreement was withdrawn or said anew for less, or a referral taken back",
    )
    DISPOSED = "disposed", "An agency disposed of its copy"
    ERASED = "erased", "A case was erased"
