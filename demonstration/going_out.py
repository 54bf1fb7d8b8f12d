"""Going out as it leaves its rows: a check, a buddy, who left and came back."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from accounts.models import Membership
from accounts.roles import Role
from demonstration.casebook import Casebook
from demonstration.rungs import UNCLAIMED
from directory.lone_working import EndedHow, GoDecision, Hazards, Whereabouts, WhereaboutsSource
from visits import alarms
from visits.lone_working import ALARM_AFTER, ALL_AFTER, NOT_STARTED_AFTER, goes_out
from visits.models import Audience, Outing, Rung, SafetyEvent, Unless, Visit, VisitCheck

CHECKED_BEFORE: Final = timedelta(minutes=40)
GOOD_FOR: Final = timedelta(hours=4)


def plan(book: Casebook, visit: Visit, reference: str) -> Outing | None:
    """Somebody is expected to leave, where anybody leaves for it at all."""
    if not goes_out(visit):
        return None
    outing = Outing(
        visit=visit,
        agency_id=visit.agency_id,
        adviser_id=visit.adviser_id,
        second_worker_id=visit.second_worker_id,
        starts_at=visit.during.lower,
    )
    book.add(outing)
    late = outing.starts_at + NOT_STARTED_AFTER
    if late > book.now:
        _rung(book, outing, alarms.NOT_STARTED, late, Audience.DESK, reference)
    return outing


def leave(book: Casebook, outing: Outing, by: Membership, reference: str) -> None:
    """They have checked, have left, and are expected at the end of the booking."""
    outing.buddy = _buddy(book, outing, by)
    outing.began_at, outing.expected_end_at = outing.starts_at, outing.visit.during.upper
    _check(book, outing, by)
    _event(book, outing, by, SafetyEvent.Kind.BEGAN)
    for kind, after, audience in (
        (alarms.OVERDUE_BUDDY, timedelta(0), Audience.PERSON),
        (alarms.OVERDUE_MANAGER, ALARM_AFTER, Audience.MANAGERS),
        (alarms.OVERDUE_ALL, ALL_AFTER, Audience.DESK),
    ):
        _rung(book, outing, kind, outing.expected_end_at + after, audience, reference)
    book.rows[Rung] = [row for row in book.rows[Rung] if not _is_needless(row, outing)]


def came_back(book: Casebook, visit: Visit, at: datetime) -> None:
    """A visit of the past: they left, and came back."""
    found = [each for each in book.rows[Outing] if each.visit_id == visit.pk]
    for outing in found:
        by = visit.adviser
        outing.buddy = _buddy(book, outing, by)
        outing.ended_at, outing.ended_how = at, EndedHow.CALLED_OFF
        if outing.buddy is not None and at > outing.starts_at:
            outing.began_at, outing.expected_end_at = outing.starts_at, visit.during.upper
            outing.ended_how = EndedHow.BACK
            _check(book, outing, by)
            _event(book, outing, by, SafetyEvent.Kind.BEGAN)
            _event(book, outing, by, SafetyEvent.Kind.BACK)
        book.rows[Rung] = [row for row in book.rows[Rung] if not _is_of(row, visit.pk)]


def _buddy(book: Casebook, outing: Outing, by: Membership) -> Membership | None:
    """A colleague who stays behind; whoever visits for the agency first."""
    going = {outing.adviser_id, outing.second_worker_id}
    visiting = (Role.DUTY_MANAGER, Role.ADVISER, Role.COORDINATOR)
    staff = sorted(book.world.by_agency[by.agency.code], key=lambda each: each.role not in visiting)
    return next((each for each in staff if each.pk not in going), None)


def _check(book: Casebook, outing: Outing, by: Membership) -> None:
    at = outing.starts_at - CHECKED_BEFORE
    book.add_plain(
        VisitCheck,
        visit_id=outing.visit_id,
        agency_id=outing.agency_id,
        by_id=by.pk,
        at=at,
        hazards=Hazards.NONE,
        whereabouts=Whereabouts.IN_CUSTODY,
        source=WhereaboutsSource.POLICE,
        whereabouts_at=at,
        good_until=at + GOOD_FOR,
        needs_second_worker=False,
        is_refused=False,
        decision=GoDecision.GO,
    )


def _event(book: Casebook, outing: Outing, by: Membership, kind: str) -> None:
    is_back = kind == SafetyEvent.Kind.BACK
    book.add_plain(
        SafetyEvent,
        visit_id=outing.visit_id,
        agency_id=outing.agency_id,
        by_id=by.pk,
        kind=kind,
        at=outing.ended_at if is_back else outing.began_at,
        expected_end_at=outing.expected_end_at,
        finding="",
        reason="",
    )


def _rung(
    book: Casebook, outing: Outing, kind: str, at: datetime, audience: Audience, reference: str
) -> None:
    book.add_plain(
        Rung,
        about=outing.visit_id,
        follow_up_id=None,
        agency_id=outing.agency_id,
        kind=kind,
        nth=1,
        reference=reference,
        audience=audience,
        person_id=outing.buddy_id if audience is Audience.PERSON else None,
        unless=Unless.SETTLED,
        due_at=at,
        available_at=at,
        fired_at=at if at <= book.now else None,
        settled_at=None,
        told=1 if at <= book.now else 0,
        **UNCLAIMED,
    )


def _is_needless(row: dict[str, object], outing: Outing) -> bool:
    return _is_of(row, outing.visit_id) and row["kind"] == alarms.NOT_STARTED


def _is_of(row: dict[str, object], about: UUID) -> bool:
    return row["about"] == about
