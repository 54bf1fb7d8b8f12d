"""How an area judges risk, and from when: one rule after another, none rewritten."""

from dataclasses import dataclass
from datetime import date

from psycopg.types.range import DateRange

from accounts.errors import NotDone
from accounts.models import Agency
from audit.recording import record
from directory.areas import AREAS
from directory.harm import RiskBand
from risk.models import AreaRule, ConsentRule, RiskTool
from risk.parsing import parse
from tenancy.context import Context
from tenancy.work import unit_of_work


@dataclass(frozen=True, kw_only=True)
class NewRule:
    """What holds in an area from a day on. Scores are the tool's; without one only bands count."""

    area_code: str
    starts_on: date
    consent_rule: str
    tool: RiskTool | None = None
    marac_band: str = RiskBand.HIGH
    marac_score: int | None = None
    coordinator: Agency | None = None


def set_rule(new: NewRule) -> AreaRule:
    """Let a rule hold in an area. The one that holds on that day ends with the day before.

    One that would begin on that very day is replaced.

    :raises NotDone: for what cannot be a rule, or a day before that of a rule set already.
    """
    with unit_of_work(Context.migration()):
        _refuse_nonsense(new)
        _refuse_scores(new)
        _make_room(new)
        rule = AreaRule.objects.create(
            area_code=new.area_code,
            period=DateRange(new.starts_on, None),
            tool=new.tool,
            marac_band=new.marac_band,
            marac_score=new.marac_score,
            consent_rule=new.consent_rule,
            coordinator=new.coordinator,
        )
        told = [new.coordinator.pk] if new.coordinator else []
        record("set_area_rule", about=("area", new.area_code), also=told)
    return rule


def tool_called(code: str, version: int) -> RiskTool:
    """A version of a tool that is in use.

    :raises NotDone: if there is none.
    """
    tool = RiskTool.objects.filter(code=code, version=version, retired_at=None).first()
    if tool is None:
        raise NotDone(f"There is no version {version} of {code} in use.")
    return tool


def _refuse_nonsense(new: NewRule) -> None:
    if new.area_code not in AREAS:
        raise NotDone(f"{new.area_code} is none of our areas: {', '.join(AREAS)}.")
    if new.marac_band not in RiskBand.values or new.marac_band == RiskBand.NOT_ASSESSED:
        raise NotDone("The threshold's band is standard, medium or high.")
    if new.consent_rule not in ConsentRule.values:
        raise NotDone(f"The consent rule is one of: {', '.join(ConsentRule.values)}.")
    if new.coordinator and not _may_be_sent_to(new.coordinator, new.starts_on):
        raise NotDone(f"{new.coordinator.name} is suspended or has no sharing agreement then.")


def _may_be_sent_to(agency: Agency, on: date) -> bool:
    return Agency.objects.sharing(on).filter(pk=agency.pk).exists()


def _refuse_scores(new: NewRule) -> None:
    if new.marac_score is None:
        return
    if new.tool is None:
        raise NotDone("A score means nothing without its tool.")
    most = parse(new.tool.definition).most
    if not 1 <= new.marac_score <= most:
        raise NotDone(f"The scores of {new.tool} end at {most}.")


def _make_room(new: NewRule) -> None:
    """End or replace what holds on that day."""
    rules = AreaRule.objects.select_for_update(of=("self",)).filter(area_code=new.area_code)
    if later := rules.filter(period__startswith__gt=new.starts_on).first():
        area = AREAS[new.area_code].name
        raise NotDone(f"{area} has a rule set from {later.period.lower} already.")
    held = rules.filter(period__contains=new.starts_on).first()
    if held is None:
        return
    if held.period.lower == new.starts_on:
        held.delete()
    else:
        held.period = DateRange(held.period.lower, new.starts_on)
        held.save(update_fields=["period"])
