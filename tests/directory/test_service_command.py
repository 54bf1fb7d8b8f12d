"""``manage.py service``: whole or not at all, with evidence, and words that say what is wrong."""

import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from audit.models import AuditEntry
from directory.matching import matching
from directory.models import Service
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.directory.conftest import ASKED

NEW = {
    "--name": ["Evening counselling"],
    "--need": ["counselling", "mental_health"],
    "--area": ["E08000012", "E08000015"],
    "--from": ["2026-01-01"],
}


@pytest.fixture
def owner(empty_directory):
    """Sign in as an operator does: as the database's owner."""
    with databases.as_owner():
        yield


def service(*words):
    """What the command prints."""
    out = io.StringIO()
    call_command("service", *words, stdout=out)
    return out.getvalue()


def add(code="rowan", **changes):
    facts = NEW | {f"--{name.replace('_', '-')}": value for name, value in changes.items()}
    return service("add", code, *(word for flag, words in facts.items() for word in (flag, *words)))


def refusal(act, *words, **changes):
    """What the command says when it refuses, having changed nothing."""
    before = kept()
    with pytest.raises(CommandError) as refused:
        act(*words, **changes)
    assert kept() == before
    return str(refused.value)


def kept():
    with unit_of_work(Context.migration()):
        return list(Service.objects.order_by("pk").values_list("name", "status"))


def found():
    with unit_of_work(Context.migration()):
        return [found.name for found in matching(**ASKED)]


def test_add_puts_a_service_where_those_who_refer_find_it(owner):
    assert found() == []

    printed = add(
        to=["2026-12-31"], minimum_age=["16"], maximum_age=["64"], language=["pl", "pa-Guru"],
        answer_within_hours=["24"], summary=["Two evenings a week"],
    )  # fmt: skip

    assert printed == "Rowan Counselling offers Evening counselling.\n"
    assert found() == ["Evening counselling"]
    with unit_of_work(Context.migration()):
        row = Service.objects.get()
    assert (row.valid_from, row.valid_to) == (date(2026, 1, 1), date(2026, 12, 31))
    assert (row.minimum_age, row.maximum_age, row.answer_within_hours) == (16, 64, 24)
    assert row.needs == NEW["--need"]
    assert row.languages == ["pl", "pa-Guru"]


def test_close_takes_it_out_at_once_and_reopen_puts_it_back(owner):
    add()

    service("close", "rowan", "Evening counselling")
    assert found() == []
    service("reopen", "rowan", "Evening counselling")

    assert found() == ["Evening counselling"]


def test_each_act_is_on_record_with_the_agency(owner, people):
    add()
    service("close", "rowan", "Evening counselling")
    service("reopen", "rowan", "Evening counselling")

    with unit_of_work(Context.migration()):
        entries = AuditEntry.objects.filter(agency_id=people.caseworker.agency_id)
        acts = list(entries.filter(object_type="service").order_by("pk").values("action"))
    assert [entry["action"] for entry in acts] == [
        "offer_service",
        "close_service",
        "reopen_service",
    ]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"code": "nobody"}, "no agency with the code nobody"),
        ({"name": [" "]}, "Say what the service is called"),
        ({"name": ["x" * 121]}, "at most 120 characters"),
        ({"need": ["counselling", "papers"]}, "papers is not a known need"),
        ({"area": ["E09000001"]}, "E09000001 is not a known area"),
        ({"language": ["Polish"]}, "Polish is not the code of a language"),
        ({"to": ["2025-12-31"]}, "end before it starts"),
        ({"minimum_age": ["18"], "maximum_age": ["17"]}, "ages do not go"),
        ({"minimum_age": ["121"]}, "ages do not go"),
        ({"answer_within_hours": ["0"]}, "within 1 to 336 hours"),
    ],
)
def test_add_refuses_what_cannot_stand(owner, changes, why):
    assert why in refusal(add, **changes)


def test_a_name_is_used_once_an_agency(owner):
    add()

    assert "already has a service called Evening counselling" in refusal(add)
    assert add("linden").startswith("Linden Support offers")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["close", "rowan", "Night line"], "no service called Night line"),
        (["close", "linden", "Evening counselling"], "no service called"),
        (["reopen", "rowan", "Evening counselling"], "is active already"),
    ],
)
def test_close_and_reopen_refuse_what_is_not_there(owner, words, why):
    add()

    assert why in refusal(service, *words)


def test_list_says_whose_for_what_and_since_when(owner):
    add()
    service("close", "rowan", "Evening counselling")

    assert service("list") == (
        "rowan\tEvening counselling\tInactive\tfrom 2026-01-01"
        "\tcounselling,mental_health\tE08000012,E08000015\n"
    )
