"""What an entry of the evidence is called on a screen."""

from typing import Final

ACTS: Final = {
    "referral.send": "Sent the referral",
    "referral.accept": "Took it on",
    "referral.ask": "Asked a question",
    "referral.answer": "Answered the question",
    "referral.close": "Closed it",
    "referral.refer_on": "Referred on",
    "follow_up.attempt": "Recorded contact",
    "follow_up.book": "Booked a visit",
    "follow_up.cancel": "Cancelled a booking",
    "follow_up.outcome": "Recorded the visit",
    "case.prosecution": "Noted their view on prosecution",
    "risk.assess": "Assessed the risk",
    "risk.list": "Looked at the list of assessments",
    "follow_up.acknowledge": "Said they are on it",
    "referral.assign": "Gave it to a colleague",
    "case.open": "Opened the case",
    "referral.see": "Looked at the referral",
    "case.note": "Wrote a note",
    "case.amend": "Changed the case",
    "consent.withdraw": "Recorded that an agreement was withdrawn",
    "consent.narrow": "Recorded what was taken back",
    "consent.end_at": "Recorded until when they agree",
    "consent.agree": "Recorded that they agree",
    "consent.ask": "Asked to share without agreement",
    "consent.approve": "Stood behind sharing without agreement",
    "consent.turn_down": "Turned sharing without agreement down",
    "consent.history": "Looked at who may see the case",
    "glass.ask": "Asked to see a case that is not theirs",
    "glass.approve": "Let a colleague look for an hour",
    "glass.turn_down": "Did not let a colleague look",
    "glass.review": "Reviewed a look at the case",
    "glass.see": "Looked at a request to see the case",
    "retention.hold": "Held the case",
    "retention.lift": "Lifted a hold",
    "retention.ask": "Asked to let go of the case",
    "retention.dispose": "Let go of the case",
    "retention.keep": "Said that the case is kept",
    "disclosure.enter": "Entered a request for what is held",
    "disclosure.review": "Looked over what goes out",
    "disclosure.agree": "Stood behind what goes out",
    "disclosure.send_back": "Had it looked over again",
    "disclosure.refuse": "Refused a request for what is held",
    "print.disclosure": "Gave out what is held",
    "marac.refer": "Referred to the MARAC",
    "case.seen": "Looked at who has seen the case",
    "contact.call": "Was about to call",
    "follow_up.see": "Looked at the follow-up",
    "marac.tell": "Told them the result of the MARAC",
}


def deed_of(action: str) -> str:
    """An action in words."""
    return ACTS.get(action, action.replace(".", " ").replace("_", " ").capitalize())
