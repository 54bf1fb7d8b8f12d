"""How long the drills are: short with the suite, long with ``make faults``.

``PIERHEAD_FAULTS=long`` makes them long; ``PIERHEAD_SEED`` has one repeated as it was.
"""

import os
from dataclasses import dataclass
from random import Random
from typing import Final

SEED: Final = int(os.environ.get("PIERHEAD_SEED", "24"))


@dataclass(frozen=True)
class Length:
    """How many referrals are on the clock, within how many seconds all their rungs fall due, and
    how often, and how long, something is broken meanwhile."""

    referrals: int
    seconds: int
    kill_every: float
    away: float


SHORT: Final = Length(referrals=8, seconds=12, kill_every=4, away=5)
LONG: Final = Length(referrals=200, seconds=60, kill_every=5, away=120)
LENGTH: Final = LONG if os.environ.get("PIERHEAD_FAULTS") == "long" else SHORT


def chance(drill: str) -> Random:
    """The drill's own dice."""
    return Random(f"{SEED} {drill}")


def say(drill: str, **found: object) -> None:
    """One line a drill: its seed, what was done, what was found."""
    facts = "; ".join(f"{name.replace('_', ' ')} {value}" for name, value in found.items())
    print(f"\n{drill} seed {SEED}: {facts}")
