"""Programmes, follow-ups, the rungs that wake people, visits, going out, and attempts to be in
touch."""

from visits.models.attempt import ContactAttempt
from visits.models.changes import ChangeOfCircumstance
from visits.models.clocks import ClockChange, Lateness, Pause
from visits.models.closing import ClosureRequest
from visits.models.feed import CalendarFeed
from visits.models.follow_up import FollowUp
from visits.models.needs import Conflict, VisitNeeds
from visits.models.outcome import Outcome, ProsecutionView
from visits.models.planning import NotPlaced, PlanRun, Proposal, RefusalReason
from visits.models.programme import Programme
from visits.models.rung import Audience, Rung, Unless
from visits.models.safety import DuressWord, Outing, SafetyEvent, VisitCheck
from visits.models.visit import CancelReason, OffShiftReason, Visit, VisitKind, VisitWorker

__all__ = [
    "Audience",
    "CalendarFeed",
    "CancelReason",
    "ChangeOfCircumstance",
    "ClockChange",
    "ClosureRequest",
    "Conflict",
    "ContactAttempt",
    "DuressWord",
    "FollowUp",
    "Lateness",
    "NotPlaced",
    "OffShiftReason",
    "Outcome",
    "Outing",
    "Pause",
    "PlanRun",
    "Programme",
    "Proposal",
    "ProsecutionView",
    "RefusalReason",
    "Rung",
    "SafetyEvent",
    "Unless",
    "Visit",
    "VisitCheck",
    "VisitKind",
    "VisitNeeds",
    "VisitWorker",
]
