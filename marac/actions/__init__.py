"""Every write of the MARAC."""

from marac.actions.handing_on import pass_to_idva
from marac.actions.hearing import Agreed, mark_done, record_result
from marac.actions.listing import move, take_off, take_on
from marac.actions.meeting import PlannedMeeting, close_agenda, hold, plan
from marac.actions.postponing import cancel, reschedule
from marac.actions.referring import MaracDetails, enter, refer
from marac.actions.telling import tell
from marac.actions.transferring import transfer

__all__ = [
    "Agreed",
    "MaracDetails",
    "PlannedMeeting",
    "cancel",
    "close_agenda",
    "enter",
    "hold",
    "mark_done",
    "move",
    "pass_to_idva",
    "plan",
    "record_result",
    "refer",
    "reschedule",
    "take_off",
    "take_on",
    "tell",
    "transfer",
]
