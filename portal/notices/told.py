"""What a member has not looked at yet, in neutral words."""

from typing import Final

from accounts.models import Membership
from portal.notices.digest import Line, lines_of, unseen_of

AT_ONCE: Final = 5
WORDS: Final = {
    "referral.accept": "A referral was taken on",
    "referral.decline": "A referral was declined",
    "referral.ask": "A question about a referral",
    "referral.wait": "A referral was put on a waiting list",
    "referral.answer": "Your question was answered",
    "referral.withdraw": "A referral was withdrawn",
    "referral.supersede": "A referral was replaced",
    "referral.close": "A referral was closed",
    "referral.assign": "A case was handed to you",
    "referral.somebody_else": "A case needs somebody else to work on it",
    "referral.unanswered": "A referral was not answered in time",
    "referral.feedback": "There is feedback on your referral",
    "consent.withdrawn": "An agreement was withdrawn",
    "consent.changed": "An agreement was changed",
    "consent.ended": "An agreement has ended",
    "consent.approve": "Sharing without agreement waits for a second person",
    "consent.approved": "What you asked to share was approved",
    "consent.turned_down": "What you asked to share was turned down",
    "glass.asked": "A colleague asks to see a case that is not theirs",
    "glass.approved": "You may look at the case for an hour",
    "glass.turned_down": "You may not look at the case",
    "glass.broken": "A colleague may look at a case for an hour",
    "glass.review": "A look at a case is to be reviewed",
    "glass.reviewed": "Your look at a case was reviewed",
    "glass.unreviewed": "Nobody has reviewed a look at a case",
    "case.much_opened": "A colleague has looked at many cases in a short time",
    "retention.asked": "A colleague asks to let go of a case",
    "retention.answered": "What you asked to let go was answered",
    "retention.review": "Look again whether a case is still to be held",
    "disclosure.due": "A request for what is held is due in a week",
    "disclosure.late": "A request for what is held is late",
    "search.own_person": "A colleague searched for somebody they have declared",
    "referral.onward_answered": "An onward service has answered",
    "risk.high": "The risk of a case is now high",
    "follow_up.nobodys": "Nobody has taken this referral yet",
    "follow_up.four_hours": "Four hours left to make contact",
    "follow_up.one_hour": "One hour left to make contact",
    "follow_up.due": "The time to make contact is up",
    "ask_again": "Ask again how contact is safe",
    "try_again": "It is time to try again",
    "follow_up.held": "Contact is held: do not try",
    "follow_up.stood_down": "A booking of yours was called off",
    "referral.contact_wanted": "Another safe way to be in touch is needed",
    "referral.contact_given": "The referrer has given another way to be in touch",
    "referral.closing_asked": "You are asked to sign off a closure",
    "referral.closing_answered": "Your request to close was answered",
    "follow_up.late": "Contact is an hour late",
    "follow_up.changed": "A release or a change of bail was reported",
    "follow_up.changed_unanswered": "Nobody has acted on a release or a change of bail",
    "follow_up.came_back": "A follow-up you handed on has come back to you",
    "follow_up.came_back_unanswered": "Nobody has acted on a follow-up that came back",
    "pause_review": "Look again at paused clocks",
    "holidays_end": "The table of bank holidays ends in less than 90 days",
    "lone_worker.not_started": "Nobody has left for a visit that should have begun",
    "lone_worker.overdue_buddy": "You are the buddy of somebody who is overdue. Ring them now",
    "lone_worker.lost_the_page": "A lone worker cannot use their page: call them",
    "lone_worker.overdue_manager": "A lone worker is overdue",
    "lone_worker.overdue_all": "A lone worker is overdue, and nobody has found them",
    "lone_worker.look_again": "Look again at an alarm that is not over",
    "lone_worker.duress": "A lone worker calls for help. Ring 999",
    "lone_worker.duress_all": "A lone worker calls for help. Ring 999",
    "lone_worker.aborted": "A visit was broken off",
    "lone_worker.began": "Somebody has left for a visit: you are their buddy",
    "lone_worker.extended": "Somebody you wait for will be later",
    "lone_worker.back": "Somebody who was out is back",
    "recovery.asked": "A colleague lost their way in: a second person has to see them",
    "recovery.given": "A way back in was given. If you did not lose yours, say so at once",
    "recovery.turned_down": "A way back in that you asked for was turned down",
    "webhook.given_up": "A system of your agency has not taken calls for three days",
    "marac.approve": "Shared without agreement: a second person is needed",
    "marac.moved": "A MARAC hearing was moved to another meeting",
    "marac.waits": "A MARAC meeting was cancelled: a case waits for another",
    "marac.cancelled": "A MARAC meeting was cancelled",
    "marac.action_due": "What your agency agreed to at a MARAC is due",
    "marac.action_overdue": "What was agreed at a MARAC is overdue",
    "marac.taken_off": "A case was taken off a MARAC list",
    "marac.result": "There is a result of a MARAC",
    "marac.to_list": "A MARAC referral is on no meeting’s list",
    "marac.agenda_closes": "A MARAC agenda closes",
    "marac.record_meeting": "Record what came of a MARAC meeting",
    "marac.tell_person": "Tell them the result of the MARAC",
    "marac.tell_late": "Nobody has told them the result of the MARAC",
}
OTHERWISE: Final = "There is news"


def told(member: Membership) -> list[Line]:
    """What is told at the top of somebody's first page; the rest is on the page of news."""
    return all_told(member)[:AT_ONCE]


def all_told(member: Membership) -> list[Line]:
    """Everything a member has not looked at yet, one line a kind."""
    return lines_of(unseen_of(member), WORDS, OTHERWISE)
