"""Reading what the solver is told: one agency's visits in codes, under ids of the moment.

So many queries, however many visits. Names are neither read nor needed, and of the follow-up's
own ids none goes in: each run makes new ones, and forgets them with its answer.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import Count

from directory.contact import DirectContact
from directory.safe_times import windows_from_json
from planning.problem import Assignment, Problem, Refusal, Span, Visit, Want, Worker
from referrals.conflicts import kept_out_of
from referrals.lifecycle import Status
from rota import duty
from visits.models import (
    Conflict,
    FollowUp,
    PlanRun,
    Proposal,
    RefusalReason,
    VisitNeeds,
    VisitWorker,
)
from visits.models import Visit as Booked
from visits.planner.instants import office_hours, spans_of

HORIZON: Final = timedelta(days=3)
LOAD_DAYS: Final = timedelta(days=28)
USUAL_MINUTES: Final = 60
RISKS: Final[Mapping[str, int]] = {"high": 4, "not_assessed": 3, "medium": 2, "standard": 1}
"""What a minute's lateness weighs. Not assessed is no Low."""


class Left(NamedTuple):
    """A follow-up that no plan can be made for yet, and the code of why."""

    follow_up: UUID
    code: str


@dataclass(frozen=True)
class Reading:
    """A problem, whose ids stand for what, and what was left out of it."""

    problem: Problem
    follow_ups: Mapping[str, UUID]
    people: Mapping[str, int]
    left: list[Left]
    without_rota: bool


def read(agency_id: int, *, at: datetime) -> Reading:
    """What there is to plan for an agency."""
    rows = _Rows(agency_id, at)
    ids = {person: secrets.token_hex(8) for person in rows.people}
    asked = {each.pk: secrets.token_hex(8) for each in rows.follow_ups}
    left = [Left(each.pk, code) for each in rows.follow_ups if (code := _why_left(each, rows))]
    out = {each.follow_up for each in left}
    visits = [
        _visit(each, rows, ids, asked[each.pk]) for each in rows.follow_ups if each.pk not in out
    ]
    problem = Problem(
        visits=tuple(visits),
        workers=tuple(_worker(person, rows, ids[person]) for person in rows.people),
        travel=duty.travel_minutes(agency_id),
        now=at,
        horizon=at + HORIZON,
    )
    return Reading(
        problem,
        follow_ups={key: follow_up for follow_up, key in asked.items()},
        people={key: person for person, key in ids.items()},
        left=left,
        without_rota=rows.without_rota,
    )


class _Rows:
    """Everything that is read, each kind of row once."""

    def __init__(self, agency_id: int, at: datetime) -> None:
        self.at = at
        ours = FollowUp.objects.filter(agency=agency_id).running()
        self.follow_ups = list(ours.select_related("referral").order_by("due_at", "pk"))
        wanted = [each.pk for each in self.follow_ups]
        self.abilities = duty.abilities(agency_id)
        self.people = sorted(self.abilities)
        self.without_rota = not duty.keeps_rota(agency_id)
        self.shifts = self._shifts(agency_id)
        needs = VisitNeeds.objects.filter(follow_up__in=wanted)
        self.needs = {row.follow_up_id: row for row in needs}
        self.conflicts = _grouped(
            Conflict.objects.filter(follow_up__in=wanted).values_list("follow_up", "membership")
        )
        cases = [each.referral.case_id for each in self.follow_ups]
        self.kept_out = kept_out_of(cases, agency_id)
        booked = Booked.objects.filter(follow_up__in=wanted, status=Booked.Status.BOOKED)
        self.booked = {visit.follow_up_id: visit for visit in booked}
        self.busy = self._busy(agency_id)
        self.loads = self._loads(agency_id)
        self.refused = _grouped(
            (row.follow_up_id, row)
            for row in Proposal.objects.filter(
                follow_up__in=wanted, state=Proposal.State.REFUSED
            ).order_by("decided_at")
        )
        self.before = self._before(agency_id)

    def _shifts(self, agency_id: int) -> Mapping[int, list[Span]]:
        if self.without_rota:
            return {person: office_hours(self.at, self.at + HORIZON) for person in self.people}
        worked = duty.shifts(agency_id, self.at, self.at + HORIZON)
        return _grouped((each.membership_id, Span(each.starts, each.ends)) for each in worked)

    def _busy(self, agency_id: int) -> Mapping[int, list[Span]]:
        """What people are booked for besides the visits that are in the problem as fixed."""
        fixed = [visit.pk for visit in self.booked.values()]
        taken = VisitWorker.objects.filter(
            agency=agency_id, is_booked=True, during__overlap=(self.at, self.at + HORIZON)
        ).exclude(visit__in=fixed)
        return _grouped((row.membership_id, _span(row.during)) for row in taken.order_by("during"))

    def _loads(self, agency_id: int) -> Mapping[int, int]:
        recent = VisitWorker.objects.filter(
            agency=agency_id, during__startswith__gte=self.at - LOAD_DAYS
        ).filter(visit__status=Booked.Status.ENDED)
        return dict(recent.values_list("membership").annotate(visits=Count("pk")).order_by())

    def _before(self, agency_id: int) -> Mapping[UUID, Proposal]:
        newest = PlanRun.objects.filter(agency=agency_id, state=PlanRun.State.DONE)
        rows = Proposal.objects.filter(
            run=newest.order_by("-asked_at", "-pk").values("pk")[:1],
            state=Proposal.State.PROPOSED,
        )
        return {row.follow_up_id: row for row in rows}


def _why_left(follow_up: FollowUp, rows: _Rows) -> str:
    """Why a follow-up is no matter for a plan; empty if it is one."""
    if follow_up.pk in rows.booked:
        return ""
    if follow_up.referral.status != Status.ACCEPTED:
        return "not_taken"
    if follow_up.paused_at is not None:
        return "paused"
    return "" if follow_up.referral.contact == DirectContact.ALLOWED else "contact_held"


def _visit(follow_up: FollowUp, rows: _Rows, ids: Mapping[int, str], key: str) -> Visit:
    needs, booked = rows.needs.get(follow_up.pk), rows.booked.get(follow_up.pk)
    minutes = needs.minutes if needs else USUAL_MINUTES
    safe = spans_of(windows_from_json(follow_up.referral.safe_windows), rows.at, rows.at + HORIZON)
    span = _span(booked.during) if booked else None
    return Visit(
        id=key,
        window=_window(follow_up, safe, timedelta(minutes=minutes), rows.at),
        deadline=follow_up.visit_by_at if follow_up.contacted_at else follow_up.due_at,
        minutes=int((span.ends - span.begins) / timedelta(minutes=1)) if span else minutes,
        safe=tuple(safe),
        area=follow_up.referral.area_code,
        risk=RISKS[follow_up.referral.risk_band],
        needs_second=follow_up.needs_second_worker,
        forbidden=frozenset(ids[who] for who in _forbidden(follow_up, rows) if who in ids),
        refused=tuple(_refusal(row, ids) for row in rows.refused.get(follow_up.pk, ())),
        fixed=_assignment(booked, ids),
        before=_assignment(rows.before.get(follow_up.pk), ids),
        **_wanted(needs),
    )


def _forbidden(follow_up: FollowUp, rows: _Rows) -> set[int]:
    """Who must not go: by a manager's word, or by a conflict of interest.

    What is booked is a fact to the solver. That it needs somebody else, others say.
    """
    booked = rows.booked.get(follow_up.pk)
    going = {booked.adviser_id, booked.second_worker_id} if booked else set()
    kept_out = rows.kept_out.get(follow_up.referral.case_id, set())
    return {*rows.conflicts.get(follow_up.pk, ()), *(kept_out - going)}


def _window(follow_up: FollowUp, safe: Iterable[Span], length: timedelta, at: datetime) -> Span:
    """The visit's window. Once it is lost, or has no safe time left, any time is better than none:
    it is then open, and every minute counts as late."""
    begins, ends = max(follow_up.visit_from_at, at), follow_up.visit_by_at
    fits = any(max(span.begins, begins) <= min(span.ends - length, ends) for span in safe)
    return Span(begins, ends) if fits else Span(begins, at + HORIZON)


def _wanted(needs: VisitNeeds | None) -> dict[str, Any]:
    if needs is None:
        return {}
    must = {Want.LANGUAGE: needs.language_is_must, Want.GENDER: needs.gender_is_must}
    return {
        "language": needs.language,
        "gender": needs.gender,
        "specialisms": frozenset(needs.specialisms),
        "must": frozenset(want for want, is_must in must.items() if is_must),
    }


def _refusal(row: Proposal, ids: Mapping[int, str]) -> Refusal:
    worker = ids.get(row.adviser_id, "gone")
    start = row.during.lower
    return {
        RefusalReason.OTHER_ADVISER: Refusal(worker),
        RefusalReason.OTHER_TIME: Refusal("", start),
        RefusalReason.NOT_SO: Refusal(worker, start),
    }[RefusalReason(row.refused_for)]


def _assignment(row: Booked | Proposal | None, ids: Mapping[int, str]) -> Assignment | None:
    """Who goes when, as booked or proposed. Somebody who has left goes under a name of no one."""
    if row is None:
        return None
    second = ids.get(row.second_worker_id, "gone") if row.second_worker_id else ""
    return Assignment(ids.get(row.adviser_id, "gone"), row.during.lower, second)


def _worker(person: int, rows: _Rows, key: str) -> Worker:
    able = rows.abilities[person]
    return Worker(
        id=key,
        shifts=tuple(rows.shifts.get(person, ())),
        areas=able.areas,
        languages=able.languages,
        gender=able.gender,
        specialisms=able.specialisms,
        may_visit_alone=able.may_visit_alone,
        load=rows.loads.get(person, 0),
        busy=tuple(rows.busy.get(person, ())),
    )


def _span(during: Any) -> Span:
    return Span(during.lower, during.upper)


def _grouped(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return dict(found)
