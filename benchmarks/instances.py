"""Made-up evenings: visits, advisers and shifts by a seed, the size of a region's."""

import random
from datetime import UTC, datetime, timedelta

from planning.problem import Problem, Span, Visit, Worker

NOW = datetime(2026, 11, 28, 8, 3, tzinfo=UTC)
AREAS = ("A", "B", "C", "D", "E", "F")
LANGUAGES = ("pl", "ar", "ro", "ur")
SOMETIMES = 0.1
MOSTLY = 0.8
SPECIALISMS = ("harmful_practices", "sexual_violence", "sex_work", "young_people")


def evening(visits: int, workers: int, seed: int = 1) -> Problem:
    """A day and a half of a region: some visits are late, some advisers away, some speak Polish."""
    rng = random.Random(seed)
    road = {
        (a, b): 20 if a == b else rng.choice((20, 25, 30, 40, 50)) for a in AREAS for b in AREAS
    }
    return Problem(
        visits=tuple(_visit(rng, number) for number in range(visits)),
        workers=tuple(_worker(rng, number) for number in range(workers)),
        travel=road,
        now=NOW,
        horizon=NOW + timedelta(hours=72),
    )


def _visit(rng: random.Random, number: int) -> Visit:
    begins = NOW + timedelta(hours=rng.uniform(-10, 8))
    ends = begins + timedelta(hours=24)
    late = rng.random() < SOMETIMES
    return Visit(
        id=f"v{number}",
        window=Span(begins, NOW + timedelta(hours=72) if late else ends),
        deadline=NOW - timedelta(hours=1)
        if late
        else ends - timedelta(hours=rng.choice((0, 0, 6))),
        minutes=rng.choice((45, 60, 60, 90)),
        safe=_safe(rng),
        area=rng.choice(AREAS),
        risk=rng.choice((1, 2, 3, 4)),
        language=rng.choice(("", "", "", *LANGUAGES)),
        gender=rng.choice(("", "woman")),
        specialisms=frozenset(rng.sample(SPECIALISMS, rng.choice((0, 0, 1)))),
        needs_second=rng.random() < SOMETIMES,
    )


def _safe(rng: random.Random) -> tuple[Span, ...]:
    begins, length = rng.choice(((0, 24), (9, 3), (12, 5), (17, 3), (9, 8)))
    midnight = NOW.replace(hour=0, minute=0)
    days = (midnight + timedelta(days=day, hours=begins) for day in range(4))
    return tuple(Span(day, day + timedelta(hours=length)) for day in days)


def _worker(rng: random.Random, number: int) -> Worker:
    begins, length = rng.choice(((8, 8), (9, 8), (12, 8), (14, 8)))
    midnight = NOW.replace(hour=0, minute=0)
    days = [midnight + timedelta(days=day, hours=begins) for day in range(3)]
    return Worker(
        id=f"w{number}",
        shifts=tuple(Span(day, day + timedelta(hours=length)) for day in days),
        areas=frozenset(rng.sample(AREAS, rng.choice((2, 3, 4)))),
        languages=frozenset({"en", rng.choice((*LANGUAGES, "en"))}),
        gender=rng.choice(("woman", "woman", "man")),
        specialisms=frozenset(rng.sample(SPECIALISMS, rng.choice((0, 1, 2)))),
        may_visit_alone=rng.random() < MOSTLY,
        load=rng.randrange(5),
    )
