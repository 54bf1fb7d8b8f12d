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


DIRECT: Final = frozenset({*ContactChannel} - {ContactChannel.SAFE_PERSON})
"""Channels that reach her herself. What goes through somebody she trusts is not direct."""

CALLS: Final = (
    ContactChannel.PHONE_CALL,
    ContactChannel.WITHHELD_CALL,
    ContactChannel.VIDEO_CALL,
)
"""Ways of talking to her at a distance, the plainest first."""

BY_NUMBER: Final = frozenset({*CALLS, ContactChannel.VOICEMAIL, ContactChannel.TEXT})
"""Channels that need a number."""


class AskAgain(models.TextChoices):
    """Why a way that was safe may not be relied on until somebody has asked her again."""

    NOT_CONFIRMED = "not_confirmed", "Not confirmed for 14 days"
    EXPIRED = "expired", "It was agreed up to a day that has passed"
    CIRCUMSTANCES = "circumstances", "Their circumstances have changed"
    NUMBER_CHANGED = "number_changed", "The number has changed"
    WRONG_NUMBER = "wrong_number", "It was a wrong number"
    HELD = "held", "Contact was held"


class HoldReason(models.TextChoices):
    """Why nobody may try to reach her in any way."""

    SOMEBODY_ELSE_ANSWERED = "somebody_else_answered", "Somebody else answered"
    WRONG_CODE_WORD = "wrong_code_word", "The code word was wrong"
    NO_SAFE_CONTACT = "no_safe_contact", "There are no safe contact details"
    TOO_DANGEROUS = "too_dangerous", "It is too dangerous to try"


class ReleaseReason(models.TextChoices):
    """How whoever lets contact begin again knows that it is safe."""

    THEY_SAID_SO = "they_said_so", "They told us themselves"
    SEEN_IN_PERSON = "seen_in_person", "We saw them in person, alone"
    SAFE_PERSON_SAID_SO = "safe_person_said_so", "Somebody they trust told us"
    REFERRER_FOUND_A_WAY = "referrer_found_a_way", "The referrer found a safe way"


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
    WRONG_CODE_WORD = "wrong_code_word", "The code word was wrong"
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
        AttemptOutcome.WRONG_CODE_WORD,
        AttemptOutcome.NO_SAFE_CONTACT,
        AttemptOutcome.TOO_DANGEROUS,
    }
)
"""After these nobody tries again until a person has found a safe way and said so."""

ASKS_THE_REFERRER: Final = frozenset(
    {
        AttemptOutcome.WRONG_NUMBER,
        AttemptOutcome.SOMEBODY_ELSE_ANSWERED,
        AttemptOutcome.WRONG_CODE_WORD,
        AttemptOutcome.NO_SAFE_CONTACT,
        AttemptOutcome.RETURNED,
    }
)
"""After these whoever referred her is asked for a better way to reach her."""


class WhoAnswered(models.TextChoices):
    """Who was there. A voice is a code and never a name."""

    HERSELF = "themselves", "They answered themselves"
    PARTNER = "partner", "A partner, or whoever the risk is from"
    CHILD = "child", "A child"
    HOUSEHOLD = "household", "Somebody else at home"
    COLLEAGUE = "colleague", "A colleague"
    UNKNOWN = "unknown", "We do not know"


class SafetyConcern(models.TextChoices):
    """What an attempt gave reason to fear."""

    SOMEBODY_LISTENING = "somebody_listening", "Somebody seemed to be listening"
    SOUNDED_AFRAID = "sounded_afraid", "They sounded afraid or under pressure"
    THREATS_HEARD = "threats_heard", "Threats, or violence, were heard"
    NUMBER_WATCHED = "number_watched", "The phone or the account may be watched"
    WHEREABOUTS = "whereabouts", "We do not know that they are safe"
    OTHER = "other", "Something else, in the note"


class ContactWanted(models.TextChoices):
    """What whoever referred her is asked to find."""

    NUMBER = "number", "Another number is needed"
    WAY = "way", "Another safe way to be in touch is needed"


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
