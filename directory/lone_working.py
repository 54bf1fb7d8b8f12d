"""The codes of going out safely: what is judged before a visit, and what is found after an alarm.

A visit needs a check before it, a buddy who stays behind, an expected end and somebody who looks
when it passes (https://wscadv.org/resources/home-visits-advocate-safety-protocol/, practice in
the US; http://mapl.com.au/policy/examples/tp5_ex15.htm). It is judged anew before every visit.
"""

from typing import Final

from django.db import models

from directory.contact import VenueKind


class Hazards(models.TextChoices):
    """Whether dangers of the place are known. What they are is sealed."""

    NONE = "none", "None known"
    SOME = "some", "Some known"
    UNKNOWN = "unknown", "Not known"


class Whereabouts(models.TextChoices):
    """Where whoever is feared is, as far as anybody can say."""

    IN_CUSTODY = "in_custody", "In custody"
    ELSEWHERE = "elsewhere", "Known to be somewhere else"
    NEAR = "near", "At or near the place"
    NOT_KNOWN = "not_known", "Not known"


class WhereaboutsSource(models.TextChoices):
    """Who said so."""

    POLICE = "police", "Police"
    PRISON = "prison", "Prison or court"
    PROBATION = "probation", "Probation"
    PERSON = "person", "The person we support"
    OTHER_AGENCY = "other_agency", "Another agency"


class GoDecision(models.TextChoices):
    """What came of the check."""

    GO = "go", "Go"
    WITH_SECOND = "with_second", "Go with a second worker"
    ELSEWHERE = "elsewhere", "Meet somewhere else"
    DO_NOT_GO = "do_not_go", "Do not go"


GOES: Final = frozenset({GoDecision.GO, GoDecision.WITH_SECOND})
"""After these the visit may begin."""


class CallOffReason(models.TextChoices):
    """Why somebody does not go after all."""

    NOT_SAFE = "not_safe", "It is not safe"
    REFUSED = "refused", "I do not want to go"
    REARRANGED = "rearranged", "It is rearranged"
    NOT_NEEDED = "not_needed", "No longer needed"


class EndedHow(models.TextChoices):
    """How a going out ended."""

    BACK = "back", "Checked out"
    ABORTED = "aborted", "Broken off"
    FOUND_SAFE = "found_safe", "Found safe"
    CALLED_OFF = "called_off", "Did not go"


class Finding(models.TextChoices):
    """What whoever answers an alarm has found, or is doing."""

    BACK_SAFE = "back_safe", "They are back, and safe"
    STILL_OUT = "still_out", "Spoke to them: safe, and still out"
    NOT_GOING = "not_going", "They did not go"
    GOING_THERE = "going_there", "Somebody is going there"
    CALLED_POLICE = "called_police", "Rang 999"
    NO_ANSWER = "no_answer", "Tried, no answer yet"


VENUES_AT_HAND: Final = frozenset({VenueKind.OUR_OFFICE, VenueKind.PHONE})
"""Where nobody goes out to."""
