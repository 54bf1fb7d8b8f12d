"""Every write of the room: holding a case, and letting go of it."""

from retention.actions.disposing import answer_disposal, ask_to_dispose
from retention.actions.holding import lift_hold, place_hold

__all__ = ["answer_disposal", "ask_to_dispose", "lift_hold", "place_hold"]
