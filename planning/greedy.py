"""One visit after the other, each to its best place of the moment. Quick, and never looks back.

It answers when the solver has nothing in time, gives the solver somewhere to begin, and is the
floor that the solver is measured against.
"""

from datetime import datetime
from typing import NamedTuple

from planning.costs import minutes_late
from planning.grid import first_of
from planning.problem import Assignment, Visit, Worker
from planning.rules import may_follow, may_lead, missing
from planning.times import Seat, Times


class _Diary:
    """What each worker's day holds so far."""

    def __init__(self, times: Times) -> None:
        self.times = times
        self.made: dict[str, list[tuple[Visit, datetime]]] = {}
        fixed = times.fixed
        self.load = {each.id: each.load + len(fixed.get(each.id, ())) for each in _workers(times)}

    def put(self, visit: Visit, to: Assignment) -> None:
        """Send them."""
        for who in filter(None, (to.worker, to.second)):
            self.made.setdefault(who, []).append((visit, to.start))
            self.load[who] += 1

    def left(self, visit: Visit, worker: Worker, slots: int) -> int:
        """The times left when what the worker has got already is taken away."""
        for other, start in self.made.get(worker.id, ()):
            slots &= self.times.clear_of(visit, other, start)
        return slots

    def areas(self, worker: Worker) -> set[str]:
        """Where the worker goes already."""
        return {visit.area for visit, _ in self.made.get(worker.id, ())}


class _Offer(NamedTuple):
    """One way to make a visit; the least is the best."""

    late: int
    missing: int
    goes_elsewhere: bool
    load: int
    slot: int
    worker: int
    second: int


def place(times: Times) -> dict[str, Assignment]:
    """Place what can be placed: what was proposed before first, then by window and risk."""
    diary, made = _Diary(times), {}
    for visit in sorted(times.problem.visits, key=_urgency):
        if not visit.fixed and (to := _best(visit, diary)):
            diary.put(visit, to)
            made[visit.id] = to
    return made


def _urgency(visit: Visit) -> tuple[bool, datetime, int]:
    return visit.before is None, visit.window.ends, -visit.risk


def _best(visit: Visit, diary: _Diary) -> Assignment | None:
    times, seats = diary.times, list(diary.times.seats(visit))
    workers = _workers(times)
    left = [(seat, diary.left(visit, workers[seat.worker], slots)) for seat, slots in seats]
    offers = [
        offer
        for seat, slots in left
        if slots and may_lead(visit, workers[seat.worker])
        for offer in _offers(visit, seat, slots, left, diary)
    ]
    if not offers:
        return None
    if visit.before and (same := _as_before(visit, left, times)):
        return same
    best = min(offers)
    second = workers[best.second].id if best.second >= 0 else ""
    return Assignment(workers[best.worker].id, times.grid.at(best.slot), second)


def _as_before(visit: Visit, left: list[tuple[Seat, int]], times: Times) -> Assignment | None:
    before = visit.before
    assert before is not None  # noqa: S101 -- asked only where there is one
    workers = {worker.id: worker for worker in times.problem.workers}
    at = times.grid.between(before.start, before.start)
    free = {times.problem.workers[seat.worker].id for seat, slots in left if slots & at}
    leads = before.worker in free and may_lead(visit, workers[before.worker])
    follows = before.second in free and may_follow(visit, workers[before.second])
    fits = leads and (follows if visit.needs_second else not before.second)
    return before if fits and before.worker != before.second else None


def _offers(
    visit: Visit, seat: Seat, slots: int, left: list[tuple[Seat, int]], diary: _Diary
) -> list[_Offer]:
    if not visit.needs_second:
        return [_offer(visit, seat.worker, -1, slots, diary)]
    workers = _workers(diary.times)
    return [
        _offer(visit, seat.worker, other.worker, both, diary)
        for other, theirs in left
        if other.worker != seat.worker
        and (both := slots & theirs)
        and may_follow(visit, workers[other.worker])
    ]


def _offer(visit: Visit, lead: int, second: int, slots: int, diary: _Diary) -> _Offer:
    worker, slot = _workers(diary.times)[lead], first_of(slots)
    areas = diary.areas(worker)
    return _Offer(
        late=minutes_late(visit, diary.times.grid.at(slot)),
        missing=len(missing(visit, worker)),
        goes_elsewhere=bool(areas) and visit.area not in areas,
        load=diary.load[worker.id],
        slot=slot,
        worker=lead,
        second=second,
    )


def _workers(times: Times) -> tuple[Worker, ...]:
    return times.problem.workers
