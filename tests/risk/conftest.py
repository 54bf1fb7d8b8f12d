"""What the tests of risk share: a rule of an area, put there as the owner does."""

from datetime import date

import pytest
from django.utils import timezone
from psycopg.types.range import DateRange

from risk.models import AreaRule, RiskTool
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.world import LIVERPOOL

JUNE = date(2027, 6, 1)


@pytest.fixture
def owner(own_database):
    """Sign in as an operator does: as the database's owner."""
    with databases.as_owner():
        yield


def a_tool(**changes):
    """A version of a tool, as a row."""
    given = {"code": "trial", "version": 1, "name": "Trial", "definition": {}}
    return RiskTool(loaded_at=timezone.now(), **{**given, **changes})


def a_rule(**changes):
    """A rule of Liverpool from June on, as a row."""
    given = {
        "area_code": LIVERPOOL,
        "period": DateRange(JUNE, None),
        "consent_rule": "needed",
    }
    return AreaRule(**{**given, **changes})


def saved(*rows):
    """The rows, saved by the owner."""
    with unit_of_work(Context.migration()):
        for row in rows:
            row.save(force_insert=True)
    return rows[-1]
