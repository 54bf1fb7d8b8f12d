"""Every write of the follow-up. Doors that start its clock have no other way in."""

from visits.actions.booking import Booking, book, cancel
from visits.actions.ending import record_outcome
from visits.actions.handing_on import hand_on
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
    "acknowledge",
    "book",
    "cancel",
    "draft_after_visit",
    "hand_on",
    "record_attempt",
    "record_outcome",
    "redraft_after_visit",
    "refer_after_visit",
    "send_after_visit",
    "take",
]
