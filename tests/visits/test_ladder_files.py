"""A programme's own ladder: refused in words unless it wakes somebody at the end."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from accounts.models import Agency
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.visits.conftest import refer
from tests.world import LIVERPOOL
from visits.ladder import LADDER
from visits.ladder_files import NoLadder, read_ladder
from visits.models import Programme, Rung

FIRST = {"kind": "nobodys", "hours": -2, "wakes": "desk", "unless": "taken"}
LAST = {"kind": "due", "hours": 0, "wakes": "managers", "unless": "contacted"}


def test_ladder_of_two_steps_is_read():
    assert read_ladder(json.dumps([FIRST, LAST])) == [FIRST, LAST]


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("{", "not written as JSON"),
        ("[]", "one step or more"),
        ("{}", "one step or more"),
        (json.dumps([FIRST | {"kind": "midnight"}, LAST]), "Step 1: “kind” is one of nobodys"),
        (json.dumps([FIRST | {"wakes": "person"}, LAST]), "Step 1: “wakes” is one of desk"),
        (json.dumps([FIRST | {"unless": "settled"}, LAST]), "Step 1: “unless” is one of taken"),
        (json.dumps([FIRST, LAST | {"hours": "0"}]), "Step 2: “hours” is a number"),
        (json.dumps([FIRST, LAST | {"hours": 169}]), "Step 2: “hours” is a number"),
        (json.dumps([FIRST | {"more": 1}, LAST]), "Step 1: it says hours, kind, unless, wakes"),
        (json.dumps([FIRST | {"kind": ["due"]}, LAST]), "Step 1: “kind” is one of"),
        (json.dumps([LAST | {"hours": -1}, LAST]), "may stand in a ladder once"),
        (json.dumps([FIRST | {"hours": 1}, LAST]), "in order of their hours"),
        (json.dumps([FIRST]), "last step wakes the managers"),
        (json.dumps([LAST | {"unless": "acted"}]), "last step wakes the managers"),
    ],
)
def test_what_is_no_ladder_is_refused_in_words(written, sentence):
    with pytest.raises(NoLadder, match=sentence):
        read_ladder(written)


def test_desk_set_gives_a_programme_its_ladder_and_moves_no_rung_that_stands(
    people, own_database, tmp_path, capsys
):
    before = refer(people)
    file = tmp_path / "ladder.json"
    file.write_text(json.dumps([FIRST, LAST]))
    begins = str(datetime.now(UTC).date())
    with databases.as_owner():
        call_command("desk", "set", LIVERPOOL, "liverpool-idva", "--from", begins, "--ladder", file)
        call_command("desk", "list")

    after = refer(people, timedelta(hours=1))

    assert "2 steps of its own" in capsys.readouterr().out
    assert kinds_of(people, before) == [step.kind for step in LADDER]
    assert kinds_of(people, after) == ["nobodys", "due"]


def kinds_of(people, referral):
    with unit_of_work(people.adviser.context):
        rungs = Rung.objects.filter(follow_up__referral=referral).order_by("due_at")
        return [rung.kind for rung in rungs]


def test_desk_set_with_a_bad_ladder_changes_nothing(people, own_database, tmp_path):
    file = tmp_path / "ladder.json"
    file.write_text("[]")
    with databases.as_owner():
        before = programmes()
        with pytest.raises(CommandError, match="one step or more"):
            call_command(
                "desk", "set", LIVERPOOL, "liverpool-idva", "--from", "2027-01-01", "--ladder", file
            )
        assert programmes() == before


def programmes():
    with unit_of_work(Context.migration()):
        return list(Programme.objects.order_by("pk").values_list("pk", "period"))


@pytest.mark.parametrize("ladder", [[], {}, {"kind": "due"}, 7])
def test_database_refuses_a_ladder_without_steps(people, own_database, ladder):
    with databases.as_owner(), unit_of_work(Context.migration()):
        desk = Agency.objects.get(code="liverpool-idva")
        programme = Programme(
            area_code="E08000013", is_joined=True, desk=desk, ladder=ladder,
            period=(date(2026, 1, 1), date(2026, 2, 1)),
        )  # fmt: skip
        with pytest.raises(IntegrityError, match="visits_programme_ladder_has_steps"):
            save(programme)
        programme.ladder = [LAST]
        save(programme)


def save(programme):
    with unit_of_work(Context.migration()):
        programme.save()
