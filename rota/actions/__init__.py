"""Every write of the rota."""

from rota.actions.abilities import set_abilities
from rota.actions.days import clear_exception, set_exception
from rota.actions.leave import NewLeave, end_leave, record_leave
from rota.actions.on_call import put_on_call, take_off_call
from rota.actions.patterns import NewPattern, set_pattern
from rota.actions.travel import set_travel_minutes

__all__ = [
    "NewLeave",
    "NewPattern",
    "clear_exception",
    "end_leave",
    "put_on_call",
    "record_leave",
    "set_abilities",
    "set_exception",
    "set_pattern",
    "set_travel_minutes",
    "take_off_call",
]
