"""``manage.py desk``: one desk after another for an area, with evidence."""

import io
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command

from audit.models import AuditEntry
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.visits.conftest import refer
from tests.world import LIVERPOOL
from visits.models import Programme
from visits.programme import desk_for

SEFTON = "E08000014"
JUNE = date(2027, 6, 1)


@pytest.fixture
def owner(own_database):
    """Sign in as an operator does: as the database's owner."""
    with databases.as_owner():
        yield


def desk(*words):
    """What the command prints."""
    out = io.StringIO()
    call_command("desk", *words, stdout=out)
    return out.getvalue()


def refusal(*words):
    """What the command says when it refuses, having changed nothing."""
    before = periods()
    with pytest.raises(CommandError) as refused:
        desk(*words)
    assert periods() == before
    return str(refused.value)


def periods():
    with unit_of_work(Context.migration()):
        rows = Programme.objects.order_by("area_code", "period")
        return [(row.area_code, row.desk_id, row.period) for row in rows]


def answering(area, on):
    with unit_of_work(Context.migration()):
        agency, programme, _ = desk_for(area, on)
        return agency.code, programme and programme.target_hours


def test_set_lets_a_desk_answer_for_an_area_that_had_none(owner):
    assert answering(SEFTON, JUNE) == ("coordinators", None)

    printed = desk("set", SEFTON, "wirral-idva", "--from=2027-06-01", "--target-hours=12")

    assert printed == "Wirral IDVA Service answers for Sefton from 2027-06-01.\n"
    assert answering(SEFTON, JUNE - timedelta(days=1)) == ("coordinators", None)
    assert answering(SEFTON, JUNE) == ("wirral-idva", 12)


def test_set_ends_the_version_that_runs_and_is_on_record_with_both_desks(owner, people):
    desk("set", LIVERPOOL, "wirral-idva", "--from=2027-06-01", "--ordinary")

    assert answering(LIVERPOOL, JUNE - timedelta(days=1)) == ("liverpool-idva", 24)
    assert answering(LIVERPOOL, JUNE) == ("wirral-idva", None)
    with unit_of_work(Context.migration()):
        entries = AuditEntry.objects.filter(action="set_desk", object_id=LIVERPOOL)
        told = set(entries.values_list("agency_id", flat=True))
    assert told >= {people.adviser.agency_id, people.wirral_adviser.agency_id}


def test_set_replaces_a_version_of_the_same_day_that_nothing_came_under(owner):
    desk("set", LIVERPOOL, "rowan", "--from=2027-06-01")

    desk("set", LIVERPOOL, "wirral-idva", "--from=2027-06-01")

    assert answering(LIVERPOOL, JUNE) == ("wirral-idva", 24)
    assert answering(LIVERPOOL, JUNE - timedelta(days=1)) == ("liverpool-idva", 24)


def test_set_keeps_a_version_that_a_referral_came_under(own_database, people):
    refer(people)

    with databases.as_owner():
        said = refusal("set", LIVERPOOL, "wirral-idva", "--from=2025-01-01")

    assert said.startswith("Referrals came under Liverpool's desk set from 2025-01-01 already.")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ([LIVERPOOL, "wirral-idva", "--from=2024-06-01"], "no sharing agreement on 2024-06-01"),
        ([LIVERPOOL, "nobody", "--from=2027-06-01"], "no agency with the code nobody"),
        (["E09000001", "wirral-idva", "--from=2027-06-01"], "E09000001 is none of our areas"),
        ([LIVERPOOL, "unsigned", "--from=2027-06-01"], "no sharing agreement on 2027-06-01"),
        ([LIVERPOOL, "rowan", "--from=2027-06-01", "--target-hours=0"], "1 and 168 hours"),
        ([LIVERPOOL, "rowan", "--from=2027-06-01", "--target-hours=169"], "1 and 168 hours"),
    ],
)
def test_set_refuses_what_cannot_stand(owner, words, why):
    assert why in refusal("set", *words)


def test_set_refuses_a_day_before_a_version_that_is_set_already(owner):
    desk("set", SEFTON, "wirral-idva", "--from=2027-06-01")

    said = refusal("set", SEFTON, "rowan", "--from=2027-05-31")

    assert said == "Sefton has a desk set from 2027-06-01 already."


def test_list_shows_every_area_and_every_version(owner):
    desk("set", LIVERPOOL, "wirral-idva", "--from=2027-06-01", "--ordinary")

    lines = desk("list").splitlines()

    assert [line for line in lines if line.startswith(LIVERPOOL)] == [
        f"{LIVERPOOL}\tLiverpool\tliverpool-idva\tjoined, 24 hours"
        "\tfrom 2025-01-01 until 2027-06-01, not included",
        f"{LIVERPOOL}\tLiverpool\twirral-idva\tordinary\tfrom 2027-06-01",
    ]
    assert f"{SEFTON}\tSefton\tno desk: the coordinators" in lines
