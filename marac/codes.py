"""The MARAC's own codes: why a case is heard, why it is not, and what was agreed to be done."""

from django.db import models


class Ground(models.TextChoices):
    """Why a case is referred. The first four stand on every area's form.

    (https://docslib.org/doc/13712024/reason-for-referral-additional-information)
    """

    VISIBLE_HIGH_RISK = "visible_high_risk", "Visible high risk"
    PROFESSIONAL_JUDGEMENT = "professional_judgement", "Professional judgement"
    POTENTIAL_ESCALATION = "potential_escalation", "Potential escalation"
    REPEAT = "repeat", "Repeat"
    TRANSFER = "transfer", "Transfer from another area"


class Answer(models.TextChoices):
    """What is known of a plain question. Not known is an answer of its own."""

    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_KNOWN = "not_known", "Not known"


class MeetingState(models.TextChoices):
    """How far a meeting has come."""

    PLANNED = "planned", "Planned"
    CLOSED = "closed", "Agenda closed"
    HELD = "held", "Held"
    CANCELLED = "cancelled", "Cancelled"


class MoveReason(models.TextChoices):
    """Why a case is heard at a later meeting than planned."""

    NOT_ENOUGH_TIME = "not_enough_time", "There was not enough time"
    AGENCY_ABSENT = "agency_absent", "An agency that is needed was not there"
    INFORMATION_MISSING = "information_missing", "Information is missing"
    NOT_SAFE_YET = "not_safe_yet", "Not safe for them yet"
    MEETING_POSTPONED = "meeting_postponed", "The meeting was postponed"
    MEETING_CANCELLED = "meeting_cancelled", "The meeting was cancelled"


class CancelReason(models.TextChoices):
    """Why a meeting does not take place."""

    AGENCIES_ABSENT = "agencies_absent", "Agencies that are needed cannot come"
    NOBODY_TO_CHAIR = "nobody_to_chair", "Nobody can chair it"
    NO_ROOM = "no_room", "There is no room for it"
    NO_CASES = "no_cases", "There are no cases to hear"
    JOINED = "joined", "Its cases are heard at another meeting"


class OffReason(models.TextChoices):
    """Why a case is not heard at all. No code says anything of her."""

    NOT_MET = "not_met", "No ground is met"
    HEARD_ELSEWHERE = "heard_elsewhere", "Another area hears it"
    ALREADY_LISTED = "already_listed", "It is on the list already"
    AGREEMENT_ENDED = "agreement_ended", "Their agreement has ended"
    REFERRER_ASKED = "referrer_asked", "The referrer asked for it"


class AgreedAction(models.TextChoices):
    """What an agency agreed to do. The words are sealed with the case."""

    SAFETY_PLAN = "safety_plan", "Safety plan"
    HOME_SECURITY = "home_security", "Make the home safer"
    HOUSING = "housing", "Housing"
    MARK_ADDRESS = "mark_address", "Mark the address for a fast police response"
    PROTECTIVE_ORDER = "protective_order", "Protective order"
    OFFENDER_ACTION = "offender_action", "Action about the alleged perpetrator"
    CHILDREN = "children", "Children's social care"
    ADULT_CARE = "adult_care", "Adult social care"
    HEALTH = "health", "Health"
    SUBSTANCE_USE = "substance_use", "Drugs and alcohol"
    SHARE_INFORMATION = "share_information", "Find out and tell the others"
    SPECIALIST_SUPPORT = "specialist_support", "Specialist support"
    OTHER = "other", "Something else"


class TellingOutcome(models.TextChoices):
    """How the duty to tell her the result ended. Trying without reaching her does not end it."""

    TOLD = "told", "They have been told"
    TOLD_THROUGH_OTHERS = "told_through_others", "Told through somebody they trust"
    NOT_WANTED = "not_wanted", "They do not want to be told"
    NOT_SAFE = "not_safe", "Not safe to tell them"


MOST_COMFORTABLE = 16
"""About how many cases one meeting hears, at 12 to 15 minutes each.

(https://safelives.org.uk/research-policy/practitioner-datasets/marac-data)
"""
