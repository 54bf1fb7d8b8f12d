"""Why a visit is where it is, and why another is nowhere: in codes and facts, not in words."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any

from planning.costs import minutes_late
from planning.grid import first_of
from planning.problem import Assignment, Fact, Visit, Want, Worker
from planning.rules import Rule, keeps, may_follow, may_lead, missing
from planning.times import Seat, Times


class Why(StrEnum):
    """The codes of facts. What each is about stands in ``planning.explain``, which says it."""

    IN_TIME = "in_time"
    LATE = "late"
    HAS = "has"
    LACKS = "lacks"
    ONLY_ONE = "only_one"
    SECOND = "second"
    KEPT = "kept"
    MOVED = "moved"
    NO_SAFE_TIME = "no_safe_time"
    SAFE_TIME_TOO_SHORT = "safe_time_too_short"
    SAFE_TOO_LATE = "safe_too_late"
    NOBODY = "nobody"
    NOT_ON_SHIFT = "not_on_shift"
    ALL_BOOKED = "all_booked"
    NO_SECOND = "no_second"
    NEEDED_ELSEWHERE = "needed_elsewhere"


def why_here(times: Times, visit: Visit, to: Assignment) -> tuple[Fact, ...]:
    """Why a proposal is good, and what it is not."""
    return tuple(_facts_of_time(visit, to)) + tuple(_facts_of_worker(times, visit, to))


def _facts_of_time(visit: Visit, to: Assignment) -> Iterator[Fact]:
    late = minutes_late(visit, to.start)
    about: dict[str, Any] = {"deadline": visit.deadline}
    yield Fact(Why.LATE, about | {"minutes": late}) if late else Fact(Why.IN_TIME, about)
    if visit.before:
        yield Fact(Why.KEPT if visit.before == to else Why.MOVED, {"from": visit.before.start})


def _facts_of_worker(times: Times, visit: Visit, to: Assignment) -> Iterator[Fact]:
    worker = next(each for each in times.problem.workers if each.id == to.worker)
    lacks = missing(visit, worker)
    for want in Want:
        for code in _wanted(visit, want):
            if want not in lacks:
                yield Fact(Why.HAS, {"want": want, "code": code})
            elif want is not Want.SPECIALISM or code not in worker.specialisms:
                next_at = _next(times, visit, _those_with(times, visit, want))
                here = next_at is not None and next_at <= to.start
                about = {"want": want, "code": code, "next": next_at, "is_here": here}
                yield Fact(Why.LACKS, about)
    leads = {seat.worker for seat, _ in times.seats(visit)}
    if [may_lead(visit, times.problem.workers[each]) for each in leads].count(True) == 1:
        yield Fact(Why.ONLY_ONE, {})
    if visit.needs_second:
        yield Fact(Why.SECOND, {})


def _wanted(visit: Visit, want: Want) -> list[str]:
    if want is Want.SPECIALISM:
        return sorted(visit.specialisms)
    return list(filter(None, [visit.language if want is Want.LANGUAGE else visit.gender]))


def _those_with(times: Times, visit: Visit, want: Want) -> list[Worker]:
    able = (worker for worker in times.problem.workers if may_lead(visit, worker))
    return [worker for worker in able if want not in missing(visit, worker)]


def why_not(times: Times, visit: Visit) -> tuple[Fact, ...]:
    """Why a visit fits nowhere: the first rule that leaves nothing, and when that would change."""
    about: dict[str, Any] = {"before": visit.window.ends}
    asked = times.safe(visit) & times.window(visit)
    if not asked:
        return (_no_safe_time(times, visit),)
    pool: list[Worker] = list(times.problem.workers)
    for rule in Rule:
        pool = [worker for worker in pool if keeps(rule, visit, worker)]
        if not pool:
            return (Fact(Why.NOBODY, _about_rule(rule, visit)),)
        if not _on_shift(times, visit, pool) & asked:
            next_at = {"next": _next(times, visit, pool)}
            return (Fact(Why.NOT_ON_SHIFT, about | _about_rule(rule, visit) | next_at),)
    return (Fact(_taken(times, visit, pool, asked), about),)


def _taken(times: Times, visit: Visit, pool: Iterable[Worker], asked: int) -> Why:
    """What takes the last of those who could go, when somebody could."""
    left = [times.free(visit, worker) & _on_shift(times, visit, [worker]) for worker in pool]
    if not any(slots & asked for slots in left):
        return Why.ALL_BOOKED
    if visit.needs_second and not _pairs(times, visit):
        return Why.NO_SECOND
    return Why.NEEDED_ELSEWHERE


def _pairs(times: Times, visit: Visit) -> bool:
    """Whether two different people are free at one time, whatever else is planned."""
    workers, seats = times.problem.workers, list(times.seats(visit))
    return any(
        slots & theirs
        for seat, slots in seats
        if may_lead(visit, workers[seat.worker])
        for other, theirs in seats
        if other.worker != seat.worker and may_follow(visit, workers[other.worker])
    )


def _no_safe_time(times: Times, visit: Visit) -> Fact:
    if times.safe(visit):
        after = times.safe(visit) & ~times.grid.between(times.grid.origin, visit.window.ends)
        next_at = times.grid.at(first_of(after)) if after else None
        return Fact(Why.SAFE_TOO_LATE, {"before": visit.window.ends, "next": next_at})
    if visit.safe:
        return Fact(Why.SAFE_TIME_TOO_SHORT, {"minutes": visit.minutes})
    return Fact(Why.NO_SAFE_TIME, {})


def _about_rule(rule: Rule, visit: Visit) -> dict[str, Any]:
    codes = {Rule.AREA: visit.area, Rule.LANGUAGE: visit.language, Rule.GENDER: visit.gender}
    code = codes.get(rule, ", ".join(sorted(visit.specialisms)) if rule is Rule.SPECIALISM else "")
    return {"rule": rule, "code": code}


def _on_shift(times: Times, visit: Visit, workers: Iterable[Worker]) -> int:
    places = {worker.id: place for place, worker in enumerate(times.problem.workers)}
    slots = 0
    for worker in workers:
        place = places[worker.id]
        for shift in range(len(times.shifts[place])):
            slots |= times.on_shift(visit, Seat(place, shift))
    return slots


def _next(times: Times, visit: Visit, workers: Iterable[Worker]) -> datetime | None:
    """When one of them is next on shift at a safe time, in the window or after it."""
    later = times.grid.between(visit.window.begins, times.problem.horizon)
    slots = _on_shift(times, visit, workers) & times.safe(visit) & later
    return times.grid.at(first_of(slots)) if slots else None
