"""Assessments as screens say them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from accounts.models import Membership
from directory.harm import RiskBand
from portal.components import Row
from risk.models import Assessment
from risk.parsing import parse
from risk.reading import OpenedAssessment
from risk.reasons import GradeReason, Source


@dataclass(frozen=True)
class Line:
    """An assessment in a list: nothing that is sealed."""

    number: int
    at: datetime
    by: str
    tool: str
    effective_band: str
    bands: str
    open: str


def lines_of(rows: list[Assessment], *, to: Membership) -> list[Line]:
    """The assessments as a list, the newest first."""
    made = [_line(number, row, to) for number, row in enumerate(rows, start=1)]
    return made[::-1]


def by_whom(row: Assessment, to: Membership) -> str:
    """Who assessed: a colleague by name, somebody else's by their agency."""
    agency = str(row.agency.name)
    return f"{row.by.display_name}, {agency}" if row.agency_id == to.agency_id else agency


def unanswered(count: int, of: int) -> str:
    """`6 of 20 not answered`; empty when everything is."""
    return f"{count} of {of} not answered" if count else ""


def _line(number: int, row: Assessment, to: Membership) -> Line:
    items = len(parse(row.tool.definition).items)
    return Line(
        number=number,
        at=row.assessed_at,
        by=by_whom(row, to),
        tool=str(row.tool),
        effective_band=row.effective_band,
        bands=_bands(row),
        open=unanswered(row.unanswered, items),
    )


def _bands(row: Assessment) -> str:
    said = f"Tool: {RiskBand(row.band).label.lower()}"
    return f"{said}. Own grade: {RiskBand(row.grade).label.lower()}" if row.grade else said


def summary_of(opened: OpenedAssessment, *, to: Membership) -> list[Row]:
    """What it came to: score and band, beside the person's own grade and what that rests on."""
    row, result = opened.row, opened.result
    band = str(RiskBand(row.band).label)
    named = f"{band} (the tool says “{result.label}”)" if result.label else band
    at_least = "at least " if result.is_at_least else ""
    open_still = [unanswered(result.unanswered, len(opened.definition.items))]
    open_still += [f"{result.not_known} not known"] if result.not_known else []
    rows = [
        Row("Counts as", str(RiskBand(row.effective_band).label)),
        Row("Tool", str(row.tool)),
        Row("Tool’s band", named),
        Row("Score", f"{at_least}{result.score} of {opened.definition.most}"),
        Row("Still open", "; ".join(each for each in open_still if each)),
        Row("Own grade", str(RiskBand(row.grade).label) if row.grade else "None given"),
        Row("It rests on", "\n".join(str(GradeReason(each).label) for each in opened.reasons)),
        Row("In their words", opened.words),
        Row("Who answered", str(Source(opened.source).label)),
        Row("Assessed by", by_whom(row, to)),
    ]
    return [each for each in rows if each.value]


def answers_of(opened: OpenedAssessment) -> Iterator[tuple[str, list[Row]]]:
    """The questions with their answers, section by section. An open one says that it is open."""
    for section, items in groupby(opened.definition.items, lambda item: item.section):
        yield (
            section or "Answers",
            [Row(item.text, _answer(opened, item.code, item.answers)) for item in items],
        )


def _answer(opened: OpenedAssessment, code: str, labels: Mapping[str, str]) -> str:
    answer = opened.answers.get(code, "")
    if not answer:
        return "Not answered"
    source = opened.sources.get(code, "")
    whose = f" ({Source(source).label})" if source else ""
    return f"{labels[answer]}{whose}"
