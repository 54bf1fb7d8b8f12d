"""From answers to a band, and from band and judgement to what counts. Pure."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from directory.harm import RiskBand
from risk.definition import DONT_KNOW, Definition

SEVERITY: Final[Mapping[str, int]] = {
    RiskBand.NOT_ASSESSED: 0,
    RiskBand.STANDARD: 1,
    RiskBand.MEDIUM: 2,
    RiskBand.HIGH: 3,
}


class Result(NamedTuple):
    """What a tool makes of some answers. ``score`` is at least that while something is open."""

    score: int
    band: str
    label: str
    unanswered: int
    not_known: int

    @property
    def is_at_least(self) -> bool:
        """Whether the score may yet be higher."""
        return bool(self.unanswered or self.not_known)


def count(definition: Definition, answers: Mapping[str, str]) -> Result:
    """Count the answers that are given. What is not answered counts neither way.

    The lowest band says that it was looked into and little was found, so it is reached only
    when everything is answered; till then the tool says "not assessed". Higher bands are reached
    as soon as the answers given suffice.
    """
    given = [(item, answers[item.code]) for item in definition.items if answers.get(item.code)]
    score = sum(item.weights.get(answer, 0) for item, answer in given)
    unanswered = len(definition.items) - len(given)
    not_known = sum(answer == DONT_KNOW for _, answer in given)
    reached = [band for band in definition.bands if band.starts <= score][-1]
    if unanswered and reached is definition.bands[0]:
        return Result(score, RiskBand.NOT_ASSESSED, "", unanswered, not_known)
    return Result(score, reached.band, reached.label, unanswered, not_known)


def graver(one: str, other: str) -> str:
    """The graver of two bands; empty is none."""
    return max(one, other, key=lambda band: SEVERITY.get(band, -1))


def is_graver(one: str, other: str) -> bool:
    """Whether one band is graver than another."""
    return SEVERITY.get(one, -1) > SEVERITY.get(other, -1)
