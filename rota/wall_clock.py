"""From the wall clock in Liverpool to instants, and what is left of a time when others are cut out.

Pure arithmetic: no rows, no clock of its own.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple

from directory.safe_times import LONDON

MINUTES_OF_A_DAY: Final = 24 * 60


class Span(NamedTuple):
    """A stretch of time in UTC, from ``starts`` up to but not including ``ends``."""

    starts: datetime
    ends: datetime


def at_minute(on: date, minute: int) -> datetime:
    """The instant at which a clock in Liverpool shows a minute of a day, or of the days after it.

    In the hour that comes twice in October the first is meant. The hour left out in March is the
    moment at which it is left out, so that a shift that begins in it is not lost, nor turned round.
    """
    day = on + timedelta(days=minute // MINUTES_OF_A_DAY)
    shown = datetime.combine(day, time(*divmod(minute % MINUTES_OF_A_DAY, 60)))
    instant = shown.replace(tzinfo=LONDON).astimezone(UTC)
    if instant.astimezone(LONDON).replace(tzinfo=None) != shown:
        return datetime.combine(day, time(1), UTC)  # London's clocks change at 01:00 UTC
    return instant


def midnight(on: date) -> datetime:
    """The beginning of a day in Liverpool."""
    return at_minute(on, 0)


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same time, in order, with what overlaps or touches made one; what is empty is gone."""
    whole: list[Span] = []
    for span in sorted(span for span in spans if span.ends > span.starts):
        if whole and span.starts <= whole[-1].ends:
            whole[-1] = Span(whole[-1].starts, max(whole[-1].ends, span.ends))
        else:
            whole.append(span)
    return whole


def without(spans: Iterable[Span], gaps: Sequence[Span]) -> list[Span]:
    """What is left of the time when the gaps are cut out; one in the middle leaves two pieces."""
    left = joined(spans)
    for gap in joined(gaps):
        left = [piece for span in left for piece in _around(span, gap)]
    return left


def _around(span: Span, gap: Span) -> list[Span]:
    before = Span(span.starts, min(span.ends, gap.starts))
    after = Span(max(span.starts, gap.ends), span.ends)
    return [piece for piece in (before, after) if piece.ends > piece.starts]


def within(spans: Iterable[Span], window: Span) -> list[Span]:
    """The parts that lie in a window."""
    clipped = [Span(max(span.starts, window.starts), min(span.ends, window.ends)) for span in spans]
    return [span for span in clipped if span.ends > span.starts]
