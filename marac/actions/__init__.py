"""Every write of the MARAC."""

from marac.actions.hearing import Agreed, mark_done, record_result
from marac.actions.listing import move, take_off, take_on
from marac.actions.meeting import PlannedMeeting, close_agenda, hold, plan
from marac.actions.referring import MaracDetails, refer
from marac.actions.telling import tell

__all__ = [
    "Agreed",
    "MaracDetails",
    "PlannedMeeting",
    "close_agenda",
    "hold",
    "mark_done",
    "move",
    "plan",
    "record_result",
    "refer",
    "take_off",
    "take_on",
    "tell",
]
