"""Which rule holds in an area on a day, and which rows there can never be."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.db.utils import InternalError, ProgrammingError
from psycopg.types.range import DateRange

from accounts.models import Agency
from risk.models import AreaRule, RiskTool
from risk.rules import rule_for
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.risk.conftest import JUNE, a_rule, a_tool, saved
from tests.world import LIVERPOOL, WIRRAL

DAY = timedelta(days=1)


def test_a_rule_holds_in_its_area_from_its_first_day_until_the_day_before_its_last(owner):
    rule = saved(a_rule(period=DateRange(JUNE, JUNE + 10 * DAY)))

    with unit_of_work(Context.migration()):
        found = [rule_for(LIVERPOOL, JUNE + n * DAY) for n in (-1, 0, 9, 10)]
        elsewhere = [rule_for(WIRRAL, JUNE), rule_for("", JUNE)]

    assert found == [None, rule, rule, None]
    assert elsewhere == [None, None]


def test_a_rule_brings_its_tool_and_its_coordinator(owner, django_assert_num_queries):
    tool = saved(a_tool())
    with unit_of_work(Context.migration()):
        coordinators = Agency.objects.get(code="coordinators")
    saved(a_rule(tool=tool, marac_score=14, coordinator=coordinators))

    with unit_of_work(Context.migration()), django_assert_num_queries(1):
        rule = rule_for(LIVERPOOL, JUNE)
        brought = (rule.tool.code, rule.tool.version, rule.coordinator.code)

    assert brought == ("trial", 1, "coordinators")


def test_everybody_may_read_the_rules_and_nobody_but_the_owner_may_write_them(owner, people):
    rule = saved(a_rule())

    with databases.signed_in_as(databases.WEB), unit_of_work(people.officer.context):
        assert rule_for(LIVERPOOL, JUNE) == rule
    with (
        databases.signed_in_as(databases.WEB),
        pytest.raises(ProgrammingError, match="permission denied"),
        unit_of_work(people.officer.context),
    ):
        AreaRule.objects.all().update(marac_band="medium")
    with databases.signed_in_as(databases.WORKER), unit_of_work(Context.system()):
        assert rule_for(LIVERPOOL, JUNE).marac_band == "high"


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"period": DateRange(JUNE + 5 * DAY, None)}, "risk_arearule_one_at_a_time"),
        ({"area_code": WIRRAL, "marac_band": "not_assessed"}, "risk_arearule_band_is_one"),
        ({"area_code": WIRRAL, "marac_score": 14}, "risk_arearule_scores_are_a_tools"),
    ],
)
def test_rules_that_cannot_be_are_refused_by_the_database(owner, changes, constraint):
    saved(a_rule())

    with pytest.raises(IntegrityError, match=constraint):
        saved(a_rule(**changes))

    with unit_of_work(Context.migration()):
        assert AreaRule.objects.count() == 1


@pytest.mark.parametrize("changes", [{"definition": {"other": 1}}, {"name": "B"}, {"version": 2}])
def test_a_version_of_a_tool_is_never_changed_only_retired(owner, changes):
    tool = saved(a_tool())

    with (
        pytest.raises((IntegrityError, InternalError), match="only retired"),
        unit_of_work(Context.migration()),
    ):
        RiskTool.objects.filter(pk=tool.pk).update(**changes)

    with unit_of_work(Context.migration()):
        assert RiskTool.objects.filter(pk=tool.pk).update(retired_at=tool.loaded_at) == 1
        assert RiskTool.objects.get(pk=tool.pk).definition == {}
