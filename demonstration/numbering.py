"""What makes a demonstration repeatable: chance and references that depend on seed and number."""

from random import Random
from typing import Final

from referrals.references import LENGTH, REFERRAL, SIGNS, check_sign

ROOM: Final = 16
"""References of each kind that one case may need."""
MOST_CASES: Final = 1_000_000
SEEDS: Final = 1_000
_BODY: Final = LENGTH - 1
_ALL: Final = len(SIGNS) ** _BODY
_STEP: Final = 10_368_889_801
"""Shares no factor with the number of references, so that counting up meets each once."""


def chance(seed: int, number: int) -> Random:
    """The dice of one case: the same in every run."""
    return Random(f"pierhead {seed} {number}")  # noqa: S311 -- invented lives, no secrets


class References:
    """References for one case, which no other case has, whatever its seed (up to a thousand)."""

    def __init__(self, seed: int, number: int) -> None:
        self._start = (seed % SEEDS * MOST_CASES + number) * ROOM
        self._given: dict[str, int] = {}

    def next(self, prefix: str = REFERRAL) -> str:
        """The case's next reference with a prefix."""
        given = self._given.get(prefix, 0)
        if given >= ROOM:
            raise ValueError(f"A case has {ROOM} references of a kind at the most.")
        self._given[prefix] = given + 1
        return f"{prefix}{_written((self._start + given) * _STEP % _ALL)}"


def first_reference(seed: int, number: int) -> str:
    """The reference of a case's first referral: where it is, the case is."""
    return References(seed, number).next()


def _written(number: int) -> str:
    body = ""
    for _ in range(_BODY):
        number, sign = divmod(number, len(SIGNS))
        body += SIGNS[sign]
    return body + check_sign(body)
