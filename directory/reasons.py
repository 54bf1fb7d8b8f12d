"""Coded reasons: why a referral was not taken on, was called back, or ended.

A coded reason travels back to whoever referred her and is counted, so no code may tell them more
than they may know. Hence there is none for "already known to us": a referrer could learn from it
that she has a case elsewhere. And "cannot act" is one code: a conflict of interest stays unnamed.
"""

from collections.abc import Mapping
from typing import Final

from django.db import models


class DeclineKind(models.TextChoices):
    """Whose no it was. The client's is never counted as the service's, nor the reverse."""

    CLIENT = "client", "The client's decision"
    PROVIDER = "provider", "The service's decision"
    UNREACHABLE = "unreachable", "Could not be reached"


class DeclineReason(models.TextChoices):
    """Why the receiving agency did not take the referral on."""

    CLIENT_DECLINED = "client_declined", "They do not want this support"
    CLIENT_NOT_NOW = "client_not_now", "They do not want this support now"
    NO_CAPACITY = "no_capacity", "No capacity"
    OUTSIDE_AREA = "outside_area", "Outside our area"
    OUTSIDE_AGE = "outside_age", "Outside our age range"
    OUTSIDE_REMIT = "outside_remit", "Not something we offer"
    LANGUAGE_OR_ACCESS = "language_or_access", "We cannot meet a language or access need"
    BETTER_PLACED = "better_placed", "Another service is better placed"
    CANNOT_ACT = "cannot_act", "We cannot act in this case"
    TOO_LITTLE_INFORMATION = "too_little_information", "Too little information to act on"
    NOT_REACHED = "not_reached", "Could not be reached safely"
    NO_SAFE_CONTACT = "no_safe_contact", "No safe way to make contact"
    WRONG_DETAILS = "wrong_details", "Contact details are wrong"

    @property
    def kind(self) -> DeclineKind:
        """Whose decision it was."""
        return _DECLINE_KINDS.get(self, DeclineKind.PROVIDER)

    @property
    def leads_to_another_service(self) -> bool:
        """Is another service to be proposed? Only when it was this service that said no."""
        return self.kind == DeclineKind.PROVIDER


_DECLINE_KINDS: Final[Mapping[str, DeclineKind]] = {
    DeclineReason.CLIENT_DECLINED: DeclineKind.CLIENT,
    DeclineReason.CLIENT_NOT_NOW: DeclineKind.CLIENT,
    DeclineReason.NOT_REACHED: DeclineKind.UNREACHABLE,
    DeclineReason.NO_SAFE_CONTACT: DeclineKind.UNREACHABLE,
    DeclineReason.WRONG_DETAILS: DeclineKind.UNREACHABLE,
}


class HandOverReason(models.TextChoices):
    """Why a case goes from one colleague to another."""

    SICK = "sick", "Off sick"
    LEAVE = "leave", "On leave"
    LEFT = "left", "Has left"
    CASELOAD = "caseload", "Too many cases"
    CONFLICT = "conflict", "Must not work on it"
    BETTER_PLACED = "better_placed", "Somebody else is better placed"


class ClosureReason(models.TextChoices):
    """Why support ended. Closing never takes a risk flag away."""

    PLANNED = "planned", "Planned ending, goals met"
    CLIENT_DECLINED = "client_declined", "They did not want support"
    DISENGAGED = "disengaged", "They stopped engaging"
    NOT_REACHED = "not_reached", "Could not be reached"
    MOVED = "moved", "Moved out of the area, passed on"
    OUT_OF_REMIT = "out_of_remit", "Not suitable or out of remit"
    STEPPED_DOWN = "stepped_down", "Risk reduced, stepped down"
    NOT_DELIVERED = "not_delivered", "Accepted, but support could not be given"
    IN_CUSTODY = "in_custody", "In custody"
    DIED = "died", "Died"
    DUPLICATE = "duplicate", "Duplicate"


class WithdrawalReason(models.TextChoices):
    """Why the referring agency called its referral back."""

    CONSENT_WITHDRAWN = "consent_withdrawn", "They withdrew their consent"
    NO_LONGER_WANTED = "no_longer_wanted", "No longer wanted"
    SENT_IN_ERROR = "sent_in_error", "Sent in error"
    WRONG_SERVICE = "wrong_service", "Sent to the wrong service"
    DUPLICATE = "duplicate", "Sent twice"
    SENT_ELSEWHERE = "sent_elsewhere", "Referred elsewhere instead"


class ReferralSource(models.TextChoices):
    """Who brought the case: the split every return asks for (police, self, health, council)."""

    POLICE = "police", "Police"
    SELF = "self", "The person themselves"
    HEALTH = "health", "Health"
    COUNCIL = "council", "Council"
    IDVA = "idva", "IDVA service"
    SERVICE = "service", "Support service"
    HUB = "hub", "Victim hub"
    OTHER = "other", "Other"


class SearchReason(models.TextChoices):
    """Why somebody looks for a case; kept with the evidence of it."""

    THEY_CALLED = "they_called", "They, or somebody for them, got in touch"
    NEW_REFERRAL = "new_referral", "To see whether a new referral is about somebody we know"
    OTHER_AGENCY = "other_agency", "Another agency asks about a referral"
    OWN_WORK = "own_work", "To go on with my own work"
    CHECKING = "checking", "To check records, or a complaint"


class BreakGlassReason(models.TextChoices):
    """Why somebody must see a case of their agency that is another's, now."""

    DANGER_NOW = "danger_now", "Somebody is in danger now"
    WORKER_AWAY = "worker_away", "Whoever has the case cannot be reached"
    EMERGENCY_SERVICES = "emergency_services", "The police, an ambulance or a hospital asks now"
    THEY_ARE_HERE = "they_are_here", "They are here, or on the telephone, and cannot wait"


class GlassFinding(models.TextChoices):
    """What a third person found of it afterwards."""

    WAS_RIGHT = "was_right", "It was right"
    WAS_WRONG = "was_wrong", "It should not have happened"


class JoinReason(models.TextChoices):
    """Why two cases are one person's."""

    THEY_SAID_SO = "they_said_so", "They said so themselves"
    SAME_DETAILS = "same_details", "Name, date of birth or phone are the same, and I have checked"
    REPORTED_TWICE = "reported_twice", "The same visit was reported twice"


class PartReason(models.TextChoices):
    """Why two cases that were joined are not."""

    SOMEBODY_ELSE = "somebody_else", "They are two people"
    NOT_CERTAIN = "not_certain", "It is not certain"
