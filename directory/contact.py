"""How somebody may be reached, and what came of trying."""

from typing import Final

from django.db import models


class DirectContact(models.TextChoices):
    """May anybody try to reach her directly? Nothing recorded means no.

    A careless call can do harm: of 118 referrals sampled, 14 had to be suspended
    because somebody else answered and no other safe contact was on record
    (https://docslib.org/doc/13887295/executive-summary-s16).
    """

    ALLOWED = "allowed", "Contact allowed at safe times"
    HELD = "held", "Do not contact directly"


class ContactChannel(models.TextChoices):
    """A way to reach her, each agreed by itself: safe to call is not safe to text.

    Channels that high-risk referral forms ask about, withheld-number calls among them
    (https://leeds.gov.uk/antisocial-behaviour-and-crime/domestic-violence-and-abuse/making-a-marac-referral-for-domestic-violence-and-abuse).
    """

    PHONE_CALL = "phone_call", "Phone call"
    WITHHELD_CALL = "withheld_call", "Phone call from a withheld number"
    VOICEMAIL = "voicemail", "Voicemail"
    TEXT = "text", "Text message"
    VIDEO_CALL = "video_call", "Video call"
    EMAIL = "email", "Email"
    LETTER = "letter", "Letter"
    VISIT = "visit", "Visit"
    SAFE_PERSON = "safe_person", "Through somebody they trust"


class AttemptOutcome(models.TextChoices):
    """What came of one attempt to reach her.

    The outcomes that two reviews of real referrals met
    (https://docslib.org/doc/13887295/executive-summary-s16,
    https://docslib.org/doc/2562615/annual-report-year-1-1st-october-2015-30th-september-2016).
    """

    SPOKE = "spoke", "Spoke to them"
    NO_REPLY = "no_reply", "No reply"
    UNSAFE_TO_LEAVE_MESSAGE = "unsafe_to_leave_message", "No reply, not safe to leave a message"
    WRONG_NUMBER = "wrong_number", "Wrong number"
    SOMEBODY_ELSE_ANSWERED = "somebody_else_answered", "Somebody else answered"
    NO_SAFE_CONTACT = "no_safe_contact", "No safe contact details"
    DECLINED = "declined", "They declined support"
    LETTER_UNSAFE = "letter_unsafe", "A letter would not be safe"
    TOO_DANGEROUS = "too_dangerous", "Suspended: too dangerous to try"
    RETURNED = "returned", "Returned to the referrer"


REACHED: Final = frozenset({AttemptOutcome.SPOKE, AttemptOutcome.DECLINED})
"""She was reached and the duty to try is met, whatever she answered."""

HOLDS_CONTACT: Final = frozenset(
    {
        AttemptOutcome.SOMEBODY_ELSE_ANSWERED,
        AttemptOutcome.NO_SAFE_CONTACT,
        AttemptOutcome.TOO_DANGEROUS,
    }
)
"""After these nobody tries again until a person has found a safe way and said so."""

ASKS_THE_REFERRER: Final = frozenset(
    {
        AttemptOutcome.WRONG_NUMBER,
        AttemptOutcome.SOMEBODY_ELSE_ANSWERED,
        AttemptOutcome.NO_SAFE_CONTACT,
        AttemptOutcome.RETURNED,
    }
)
"""After these whoever referred her is asked for a better way to reach her."""


class VisitOutcome(models.TextChoices):
    """How a booked visit ended. One broken off or judged unsafe is an outcome, never a failure."""

    DONE = "done", "Done"
    CONTACTED = "contacted", "Spoke to them, no visit"
    NOT_IN = "not_in", "Not in"
    DECLINED = "declined", "They declined the visit"
    UNSAFE = "unsafe", "Not safe to go"
    ABORTED = "aborted", "Broken off"
    REARRANGED = "rearranged", "Rearranged"


class VenueKind(models.TextChoices):
    """Where a visit takes place. First visits go to a neutral place that is not isolated.

    (http://mapl.com.au/policy/examples/tp5_ex15.htm, practice example.)
    """

    HOME = "home", "Where they are staying"
    OUR_OFFICE = "our_office", "Our office"
    PARTNER_OFFICE = "partner_office", "A partner agency's office"
    POLICE_STATION = "police_station", "Police station"
    HEALTH_SETTING = "health_setting", "Hospital, surgery or clinic"
    SCHOOL = "school", "School or college"
    PUBLIC_PLACE = "public_place", "Public place"
    PHONE = "phone", "By phone"
