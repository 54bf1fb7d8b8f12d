"""Coded reasons about clocks: why one was paused, moved or missed, and what changed outside.

They are counted and kept in the clear, so each says what happened and nothing about anybody.
"""

from typing import Final

from django.db import models


class WhichClock(models.TextChoices):
    """The clocks that run from the end of a police visit."""

    CONTACT = "contact", "Contact"
    VISIT = "visit", "Visit"
    CODE = "code", "Victims’ Code"


class PauseReason(models.TextChoices):
    """Why nobody may try for a while. Safety alone pauses a clock: being busy never does."""

    NO_SAFE_WAY = "no_safe_way", "No safe way to be in touch is known"
    NOT_ALONE = "not_alone", "The alleged perpetrator is with them"
    THEY_ASKED = "they_asked", "They asked not to be contacted for now, to stay safe"
    TOO_UNWELL = "too_unwell", "They are in hospital or too unwell to talk"
    POLICE_ASKED = "police_asked", "The police asked us to wait, to keep them safe"


class LateReason(models.TextChoices):
    """Why a clock ran out."""

    NOT_SAFE_TO_TRY = "not_safe_to_try", "It was not safe to try"
    NO_SAFE_TIME_BEFORE_DEADLINE = (
        "no_safe_time_before_deadline",
        "There was no safe time before the deadline",
    )
    NOT_REACHED = "not_reached", "We tried in time and did not reach them"
    THEY_ASKED_FOR_LATER = "they_asked_for_later", "They asked for a later time"
    NO_WORKER = "no_worker", "Nobody was free to go or to call"
    NO_SECOND_WORKER = "no_second_worker", "No second worker was free"
    REFERRAL_LATE = "referral_late", "The referral reached us late"
    WRONG_DETAILS = "wrong_details", "The contact details were wrong or missing"
    SYSTEM_DOWN = "system_down", "This system was down"
    OVERLOOKED = "overlooked", "It was overlooked"


class RebaseReason(models.TextChoices):
    """Why running clocks were set anew from the policy that is in force now."""

    POLICY_CHANGED = "policy_changed", "The area’s policy changed and this should follow it"
    AREA_JOINED = "area_joined", "The area has joined the programme"
    SET_WRONGLY = "set_wrongly", "The policy had been set wrongly"


class ChangeKind(models.TextChoices):
    """What changed outside that may bring the alleged perpetrator closer."""

    RELEASED = "released", "Released from custody without conditions"
    RELEASED_ON_BAIL = "released_on_bail", "Released on bail"
    BAIL_CHANGED = "bail_changed", "Bail conditions changed"
    BAIL_ENDED = "bail_ended", "Bail ended"
    WHEREABOUTS_UNKNOWN = "whereabouts_unknown", "Wanted, or whereabouts not known"


LONGEST_PAUSE_HOURS: Final = 72
"""A pause has to be looked at again within this."""
