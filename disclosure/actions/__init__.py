"""Every write of the room: entering a request, looking it over, giving it out or refusing it."""

from disclosure.actions.answering import give_out, refuse
from disclosure.actions.entering import NewRequest, enter
from disclosure.actions.reviewing import Decision, agree, review, send_back

__all__ = ["Decision", "NewRequest", "agree", "enter", "give_out", "refuse", "review", "send_back"]
