"""Every write of the follow-up. Doors that start its clock have no other way in."""

from visits.actions.asking import note_view
from visits.actions.booking import Booking, book, cancel
from visits.actions.changing import Change, deal_with_changes, report_change
from visits.actions.closing import close
from visits.actions.ending import record_outcome
from visits.actions.explaining import explain
from visits.actions.handing_on import hand_on
from visits.actions.pausing import keep_paused, pause, resume
from visits.actions.reassigning import reassign
from visits.actions.rebasing import rebase, rebase_area
from visits.actions.recording import Attempt, record_attempt
from visits.actions.referring import (
    draft_after_visit,
    redraft_after_visit,
    refer_after_visit,
    send_after_visit,
)
from visits.actions.taking import acknowledge, take

__all__ = [
    "Attempt",
    "Booking",
    "Change",
    "acknowledge",
    "book",
    "cancel",
    "close",
    "deal_with_changes",
    "draft_after_visit",
    "explain",
    "hand_on",
    "keep_paused",
    "note_view",
    "pause",
    "reassign",
    "rebase",
    "rebase_area",
    "record_attempt",
    "record_outcome",
    "redraft_after_visit",
    "refer_after_visit",
    "report_change",
    "resume",
    "send_after_visit",
    "take",
]
