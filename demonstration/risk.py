"""Risk in the demonstration: the invented tool, the areas' rules, assessments, and her views."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from psycopg.types.range import DateRange

from accounts.models import Agency, Membership
from demonstration.agencies import BEGAN_ON
from demonstration.stories import Tale
from directory.areas import AREAS, LIVERPOOL
from directory.outcomes import Prosecution
from referrals.compartments import Compartment
from referrals.keeping import Writing, sealed_document
from referrals.models import RecordKind, Referral
from risk.actions.assessing import NewAssessment, document_of
from risk.actions.loading import load
from risk.models import AreaRule, Assessment, ConsentRule, RiskTool
from risk.parsing import parse
from risk.rules import reaches
from risk.scoring import count, graver, is_graver
from visits.models import ProsecutionView

FILE: Final = Path(settings.BASE_DIR) / "data" / "risk_tools" / "harbour.json"
REACHES_FROM: Final = 28
_NO: Final = {"yes_no": "no", "frequency": "never"}
_MORE: Final[tuple[Mapping[str, str], ...]] = (
    {"checked_on": "often", "put_down": "all_the_time", "parting": "yes", "grown_worse": "yes"},
    {"laid_hands_on": "often", "life_threatened": "yes", "own_view": "yes", "parting": "yes"},
    {"turned_up": "yes", "small_child": "yes", "kept_away": "occasionally"},
)
"""What three women answered besides No."""
_OPEN: Final = ("made_to", "pet_harmed")
"""What there was no time to ask."""


def judge_risk(agencies: Mapping[str, Agency]) -> None:
    """Load the invented tool, and say how each area judges risk. No two are quite alike."""
    tool = load(FILE.read_text(encoding="utf-8"))
    AreaRule.objects.bulk_create(_rules(tool, agencies["coordinators"]))


def _rules(tool: RiskTool, coordinator: Agency) -> Iterable[AreaRule]:
    for code in AREAS:
        scored = code == LIVERPOOL.code
        yield AreaRule(
            area_code=code,
            period=DateRange(BEGAN_ON, None),
            tool=tool,
            marac_score=REACHES_FROM if scored else None,
            consent_rule=ConsentRule.AT_THRESHOLD if scored else ConsentRule.WITH_GROUNDS,
            coordinator=coordinator,
        )


def reassess(tale: Tale, by: Membership, at: datetime) -> None:
    """What was assessed at the visit and, of some, what she said of prosecution."""
    tool = tale.book.world.tool
    if tool is None:
        return  # a demonstration founded before there was one
    _assess(tale, tool, by, at)
    if tale.number % 3:
        view = Prosecution.UNDECIDED if tale.number % 2 else Prosecution.SUPPORTS
        tale.book.add(
            ProsecutionView(
                case=tale.book.case,
                agency_id=by.agency_id,
                view=view,
                held_on=at.date(),
                by=by,
                recorded_at=at,
            )
        )


def _assess(tale: Tale, tool: RiskTool, by: Membership, at: datetime) -> None:
    definition, book = parse(tool.definition), tale.book
    no = {item.code: _NO[item.scale] for item in definition.items}
    left_open = dict.fromkeys(_OPEN, "") if tale.number % 2 else {}
    answers = {**no, **_MORE[tale.number % len(_MORE)], **left_open}
    new = NewAssessment(
        tool=tool.code,
        version=tool.version,
        answers=answers,
        grade="high" if tale.number % len(_MORE) == 1 else "",
        reasons=("own_view",) if tale.number % len(_MORE) == 1 else (),
    )
    result = count(definition, answers)
    effective = graver(result.band, new.grade)
    record = {"kind": RecordKind.ASSESSMENT, "code": f"{tool.code}.{tool.version}"}
    writing = Writing(book.case, book.keys, by, at)
    sealed = sealed_document(writing, Compartment.RISK, document_of(new, result), **record)
    scored = book.case.area_code == LIVERPOOL.code
    rule = AreaRule(tool=tool, marac_score=REACHES_FROM if scored else None)
    book.add(
        sealed,
        Assessment(
            case=book.case,
            sealed=sealed,
            tool=tool,
            band=result.band,
            grade=new.grade,
            effective_band=effective,
            unanswered=result.unanswered,
            reaches_marac=reaches(rule, effective, tool, result.score),
            agency_id=by.agency_id,
            by=by,
            assessed_at=at,
            recorded_at=at,
        ),
    )
    _carry(tale, effective)


def _carry(tale: Tale, effective: str) -> None:
    """A graver band raises what the case stands at."""
    for row in (tale.book.case, *tale.book.rows[Referral]):
        row.risk_band = effective if is_graver(effective, row.risk_band) else row.risk_band
