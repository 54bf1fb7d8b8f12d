"""Every write, by stage of a referral's life. The doors call these and nothing else."""

from referrals.actions.approving import approve_override
from referrals.actions.assigning import assign
from referrals.actions.attaching import attach, detach
from referrals.actions.breaking_glass import (
    answer_break_glass,
    ask_to_break_glass,
    review_break_glass,
)
from referrals.actions.closing import close
from referrals.actions.consenting import (
    end_consent_at,
    narrow_consent,
    record_agreement,
    withdraw_consent,
)
from referrals.actions.deciding import accept, answer, ask, decline, wait
from referrals.actions.declaring import declare, lift
from referrals.actions.drafting import discard, replace_draft, start_draft
from referrals.actions.feeding_back import ask_for_contact, feed_back
from referrals.actions.giving_contact import give_contact
from referrals.actions.joining import join_cases, part_cases
from referrals.actions.keeping_notes import add_note, amend
from referrals.actions.overriding import (
    approve_sharing,
    ask_to_share,
    share_approved,
    turn_down_sharing,
)
from referrals.actions.referring_on import pass_on, refer_on
from referrals.actions.sending import refer, send
from referrals.actions.withdrawing import withdraw

__all__ = [
    "accept",
    "add_note",
    "amend",
    "answer",
    "answer_break_glass",
    "approve_override",
    "approve_sharing",
    "ask",
    "ask_for_contact",
    "ask_to_break_glass",
    "ask_to_share",
    "assign",
    "attach",
    "close",
    "declare",
    "decline",
    "detach",
    "discard",
    "end_consent_at",
    "feed_back",
    "give_contact",
    "join_cases",
    "lift",
    "narrow_consent",
    "part_cases",
    "pass_on",
    "record_agreement",
    "refer",
    "refer_on",
    "replace_draft",
    "review_break_glass",
    "send",
    "share_approved",
    "start_draft",
    "turn_down_sharing",
    "wait",
    "withdraw",
    "withdraw_consent",
]
