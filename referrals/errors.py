"""Refusals, in words fit to show to the person who asked."""

from collections.abc import Iterable


class ReferralError(Exception):
    """A refusal whose text is fit to show. Nothing was saved."""


class MoveNotAllowed(ReferralError):
    """The referral is not in a status that this move starts from."""


class NotWellFormed(ReferralError):
    """Something given cannot be kept as it is.

    ``field`` names it as ``compartment.field`` or by its own name, for a form or a JSON pointer.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class ConsentMissing(ReferralError):
    """There is no agreement, and no recorded basis for sharing without it."""


class AgreementMissing(ReferralError):
    """One of the two agencies has no sharing agreement in force."""


class ServiceUnsuitable(ReferralError):
    """The service does not cover this person; the reasons are the text."""

    def __init__(self, reasons: Iterable[str]) -> None:
        super().__init__(" ".join(reasons))


class ReasonMissing(ReferralError):
    """This move needs a coded reason."""


class AccessEnded(ReferralError):
    """What the agency could open, it can open no longer."""
