"""``manage.py risk_tool`` and ``area_rule``: wholly done or not at all, with evidence."""

import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from audit.models import AuditEntry
from risk.models import AreaRule, RiskTool
from risk.rules import rule_for
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests.risk.conftest import JUNE
from tests.risk.tools import trial, with_item
from tests.world import LIVERPOOL


def run(*words):
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def held():
    with unit_of_work(Context.migration()):
        loaded = RiskTool.objects.filter(code="trial")
        tools = [(row.code, row.version, row.name) for row in loaded]
        return tools, [(row.area_code, row.period) for row in AreaRule.objects.order_by("period")]


def refusal(*words):
    """What a command says when it refuses, having changed nothing."""
    before = held()
    with pytest.raises(CommandError) as refused:
        run(*words)
    assert held() == before
    return str(refused.value)


@pytest.fixture
def load(owner, tmp_path):
    """Load a document; what the command printed, or said when it refused."""
    path = tmp_path / "tool.json"

    def loading(document, by=run):
        path.write_text(json.dumps(document))
        return by("risk_tool", "load", str(path))

    return loading


def a_rule(*words, by=run, starts_on=JUNE):
    given = ("--consent=needed",)
    return by("area_rule", "set", LIVERPOOL, f"--from={starts_on}", *given, *words)


def test_load_lists_and_retires(load):
    assert [line.split("\t")[0] for line in run("risk_tool", "list").splitlines()] == ["harbour"]

    assert load(trial()) == "Trial, version 1 can be assessed with.\n"
    assert load(trial(version=2)) == "Trial, version 2 can be assessed with.\n"
    assert run("risk_tool", "retire", "trial", "1") == "Trial, version 1 is out of use.\n"

    first, second = run("risk_tool", "list").splitlines()[1:]
    assert first.startswith("trial\tversion 1\tTrial\tretired 20")
    assert second == "trial\tversion 2\tTrial\tin use"
    with unit_of_work(Context.migration()):
        entries = AuditEntry.objects.filter(object_id__startswith="trial.").order_by("seq")
        assert list(entries.values_list("action", "object_id")) == [
            ("load_risk_tool", "trial.1"),
            ("load_risk_tool", "trial.2"),
            ("retire_risk_tool", "trial.1"),
        ]


def test_load_refuses_what_is_wrong_naming_each_thing_and_loads_nothing_of_it(load, tmp_path):
    document = with_item(weights={"no": 2}, code="?")

    assert load(document, by=refusal).splitlines() == [
        "items[0].code: must be small letters, digits and underscores, like fear_of_harm.",
        "items[0].weights.no: this answer cannot count; only yes can.",
    ]
    many = trial(items=[{"code": "?"}] * 30)
    assert load(many, by=refusal).splitlines()[-1] == "And 101 more."
    missing = str(tmp_path / "none.json")
    assert "cannot be read: FileNotFoundError" in refusal("risk_tool", "load", missing)


def test_load_replaces_a_version_nothing_uses_and_never_one_that_is_used(load):
    load(trial())
    load(trial(name="Trial, spelt right"))
    assert held()[0] == [("trial", 1, "Trial, spelt right")]
    a_rule("--tool=trial")

    said = load(trial(name="Another"), by=refusal)

    assert said == (
        "Version 1 of trial is in use, and what is used never changes."
        " Give the changed tool a version of its own."
    )


def test_retire_refuses_what_there_is_not_and_what_is_retired(load):
    load(trial())
    run("risk_tool", "retire", "trial", "1")

    assert refusal("risk_tool", "retire", "trial", "2") == "There is no version 2 of trial."
    assert "is retired already" in refusal("risk_tool", "retire", "trial", "1")


def test_set_ends_the_rule_before_and_is_on_record(load, people):
    load(trial())
    a_rule("--tool=trial", "--marac-score=6")
    later = JUNE + timedelta(days=30)

    words = ("--coordinator=coordinators", "--marac-band=medium")
    said = run(
        "area_rule", "set", LIVERPOOL, f"--from={later}", "--consent=with_grounds",
        *words,
    )  # fmt: skip

    assert said == f"The rule of Liverpool holds from {later}.\n"
    with unit_of_work(Context.migration()):
        first, second = rule_for(LIVERPOOL, JUNE), rule_for(LIVERPOOL, later)
        assert (first.tool.code, first.marac_score, first.period.upper) == ("trial", 6, later)
        assert (second.tool, second.coordinator.code) == (None, "coordinators")
        told = AuditEntry.objects.filter(action="set_area_rule").values_list("agency_id", flat=True)
        assert people.coordinator.agency_id in told
    assert [line for line in run("area_rule", "list").splitlines() if "Liverpool" in line] == [
        "E08000012\tLiverpool\tTrial, version 1\tMARAC from high or 6 points\tconsent needed"
        f"\tfrom {JUNE} until {later}, not included",
        "E08000012\tLiverpool\tno tool of its own\tMARAC from medium\tconsent with_grounds"
        f"\tfrom {later}",
    ]


def test_set_replaces_a_rule_of_the_same_day_and_none_of_a_later_one(load):
    a_rule()
    a_rule("--marac-band=medium")

    with unit_of_work(Context.migration()):
        assert [rule.marac_band for rule in AreaRule.objects.all()] == ["medium"]
    assert a_rule(by=refusal, starts_on=JUNE - timedelta(days=1)) == (
        f"Liverpool has a rule set from {JUNE} already."
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--tool=none",), "There is no version 1 of none in use."),
        (("--marac-score=6",), "A score means nothing without its tool."),
        (("--tool=trial", "--marac-score=11"), "The scores of Trial, version 1 end at 10."),
        (("--marac-band=not_assessed",), "The threshold's band is standard, medium or high."),
        (
            ("--coordinator=unsigned",),
            "No Agreement Yet is suspended or has no sharing agreement then.",
        ),
    ],
)
def test_set_refuses_what_cannot_be_a_rule(load, words, sentence):
    load(trial())

    assert a_rule(*words, by=refusal) == sentence
    assert a_rule("--tool=trial", "--marac-score=10").endswith(f"holds from {JUNE}.\n")


def test_set_refuses_a_place_that_is_none_of_ours(owner):
    words = (f"--from={JUNE}", "--consent=needed")

    assert "none of our areas" in refusal("area_rule", "set", "E09000001", *words)
