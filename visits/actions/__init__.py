"""Every write of the follow-up. Doors that start its clock have no other way in."""

from visits.actions.agreeing import agree_way, confirm_way, release_hold, take_up_contact
from visits.actions.answering_alarms import answer
from visits.actions.asking import note_view
from visits.actions.booking import Booking, book, cancel
from visits.actions.calling import about_to_call
from visits.actions.changing import Change, deal_with_changes, report_change
from visits.actions.checking_first import check_visit
from visits.actions.choosing_a_word import choose_word
from visits.actions.closing import ask_to_close, close, sign_off_closing, turn_down_closing
from visits.actions.ending import record_outcome
from visits.actions.explaining import explain
from visits.actions.handing_on import hand_on
from visits.actions.handing_over import CannotHandOver, hand_over
from visits.actions.keeping_safe import abort, begin, call_off, come_back, extend
from visits.actions.pausing import keep_paused, pause, resume
from visits.actions.rebasing import rebase, rebase_area
from visits.actions.recording import Attempt, record_attempt
from visits.actions.referring import (
    draft_after_visit,
    redraft_after_visit,
    refer_after_visit,
    send_after_visit,
)
from visits.actions.taking import acknowledge, take
from visits.actions.transferring import transfer
from visits.actions.withdrawing import withdraw, withdraw_consent

__all__ = [
    "Attempt",
    "Booking",
    "CannotHandOver",
    "Change",
    "abort",
    "about_to_call",
    "acknowledge",
    "agree_way",
    "answer",
    "ask_to_close",
    "begin",
    "book",
    "call_off",
    "cancel",
    "check_visit",
    "choose_word",
    "close",
    "come_back",
    "confirm_way",
    "deal_with_changes",
    "draft_after_visit",
    "explain",
    "extend",
    "hand_on",
    "hand_over",
    "keep_paused",
    "note_view",
    "pause",
    "rebase",
    "rebase_area",
    "record_attempt",
    "record_outcome",
    "redraft_after_visit",
    "refer_after_visit",
    "release_hold",
    "report_change",
    "resume",
    "send_after_visit",
    "sign_off_closing",
    "take",
    "take_up_contact",
    "transfer",
    "turn_down_closing",
    "withdraw",
    "withdraw_consent",
]
