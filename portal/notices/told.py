"""What a member has not looked at yet, in neutral words."""

from datetime import datetime
from typing import Final, NamedTuple

from accounts.models import Membership
from notices.models import Notice

AT_ONCE: Final = 5
LOOKED_THROUGH: Final = 50
WORDS: Final = {
    "referral.accept": "A referral was taken on",
    "referral.decline": "A referral was declined",
    "referral.ask": "A question about a referral",
    "referral.answer": "Your question was answered",
    "referral.withdraw": "A referral was withdrawn",
    "referral.supersede": "A referral was replaced",
    "referral.close": "A referral was closed",
    "referral.feedback": "There is feedback on your referral",
    "consent.withdrawn": "An agreement was withdrawn",
    "referral.onward_answered": "An onward service has answered",
    "risk.high": "The risk of a case is now high",
    "follow_up.nobodys": "Nobody has taken this referral yet",
    "follow_up.four_hours": "Four hours left to make contact",
    "follow_up.one_hour": "One hour left to make contact",
    "follow_up.due": "The time to make contact is up",
    "follow_up.late": "Contact is an hour late",
    "follow_up.changed": "A release or a change of bail was reported",
    "follow_up.changed_unanswered": "Nobody has acted on a release or a change of bail",
    "pause_review": "Look again at paused clocks",
    "holidays_end": "The table of bank holidays ends in less than 90 days",
    "marac.approve": "Shared without agreement: a second person is needed",
    "marac.moved": "A MARAC hearing was moved to another meeting",
    "marac.taken_off": "A case was taken off a MARAC list",
    "marac.result": "There is a result of a MARAC",
    "marac.to_list": "A MARAC referral is on no meeting’s list",
    "marac.agenda_closes": "A MARAC agenda closes",
    "marac.record_meeting": "Record what came of a MARAC meeting",
    "marac.tell_person": "Tell them the result of the MARAC",
    "marac.tell_late": "Nobody has told them the result of the MARAC",
}
ON_THE_LIST: Final = "referral.send"
OTHERWISE: Final = "There is news"


class Told(NamedTuple):
    """One thing a member is told, and the reference it is about."""

    words: str
    reference: str
    at: datetime


def told(member: Membership) -> list[Told]:
    """The newest thing not seen of each referral. What waits for an answer is on the list."""
    unseen = Notice.objects.of(member).unseen().exclude(kind=ON_THE_LIST)
    newest: dict[str, Told] = {}
    for each in unseen[:LOOKED_THROUGH]:
        said = Told(WORDS.get(each.kind, OTHERWISE), each.reference, each.created_at)
        newest.setdefault(each.reference, said)
    return list(newest.values())[:AT_ONCE]
