"""A tool's file is read wholly or not at all, and each thing that is wrong with it is named."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as searching
from hypothesis import strategies as st

from risk.parsing import LONGEST, NotATool, parse, read
from tests.risk.tools import trial, with_band, with_item

SHIPPED = Path(settings.BASE_DIR) / "data" / "risk_tools"


def defects(document):
    with pytest.raises(NotATool) as refused:
        parse(document)
    return refused.value.defects


def test_parse_reads_what_is_there():
    tool = parse(trial())

    often = tool.items[2]
    assert (tool.code, tool.version, tool.name, tool.most) == ("trial", 1, "Trial", 10)
    assert (often.section, often.help) == ("Day to day", "Think of the last month.")
    assert list(often.answers) == ["never", "occasionally", "often", "all_the_time", "dont_know"]
    assert [(band.band, band.starts, band.label) for band in tool.bands] == [
        ("standard", 0, "Bronze"),
        ("medium", 3, ""),
        ("high", 6, "Gold"),
    ]
    assert tool.asks_source


WHOLE = "must be a whole number from 1 to 32,767."
CODE = "must be small letters, digits and underscores, like fear_of_harm."
WRONG = [
    ([], "The file must hold one object."),
    (trial(colour="red"), "colour: there is no such key."),
    ({k: v for k, v in trial().items() if k != "name"}, "name: is missing."),
    (trial(code="DASH 2009"), f"code: {CODE}"),
    (trial(version=0), f"version: {WHOLE}"),
    (trial(version=True), f"version: {WHOLE}"),
    (trial(version="1"), f"version: {WHOLE}"),
    (trial(name=" "), "name: must be text."),
    (trial(name="a\nb"), "name: must be 100 characters or fewer, on one line."),
    (trial(about=7), "about: must be text."),
    (trial(asks_source="yes"), "asks_source: must be true or false."),
    (trial(items=[]), "items: must be 1 to 150 questions."),
    (trial(items=["one"]), "items[0]: must be an object."),
    (trial(items=[*trial()["items"], trial()["items"][0]]), "items: one is there twice."),
    (with_item(weight=3), "items[0].weight: there is no such key."),
    (with_item(weights=None), "items[0].weights: is missing."),
    (with_item(code="1"), f"items[0].code: {CODE}"),
    (with_item(text=""), "items[0].text: must be text."),
    (with_item(text="x" * 301), "items[0].text: must be 300 characters or fewer, on one line."),
    (with_item(help=[]), "items[0].help: must be text."),
    (with_item(answers="colours"), "items[0].answers: must be one of yes_no, frequency."),
    (with_item(answers=[]), "items[0].answers: must be one of yes_no, frequency."),
    (with_item(weights=[1]), "items[0].weights: must be an object."),
    (
        with_item(weights={"no": 1}),
        "items[0].weights.no: this answer cannot count; only yes can.",
    ),
    (
        with_item(weights={"yes": -1}),
        "items[0].weights: each must be a whole number from 0 to 100.",
    ),
    (
        with_item(weights={"yes": 1.5}),
        "items[0].weights: each must be a whole number from 0 to 100.",
    ),
    (
        with_item(answers="frequency", weights={"occasionally": 3, "often": 2}),
        "items[0].weights: what happens more often must not count less.",
    ),
    (trial(bands=[]), "bands: there must be at least one."),
    (trial(bands=[3]), "bands[0]: must be an object."),
    (with_band(band="gold"), "bands[0].band: must be one of high, medium, standard."),
    (with_band(band="not_assessed"), "bands[0].band: must be one of high, medium, standard."),
    (with_band(**{"from": -1}), "bands[0].from: must be a whole number of 0 or more."),
    (with_band(**{"from": 1}), "bands[0].from: the first must start at 0."),
    (with_band(1, **{"from": 6}), "bands: each must have a higher “from” than the one before."),
    (with_band(1, band="high"), "bands: each must have a higher “band” than the one before."),
    (with_band(label="x" * 41), "bands[0].label: must be 40 characters or fewer, on one line."),
    (with_band(2, **{"from": 11}), "bands: the last starts above the highest score, 10."),
]


@pytest.mark.parametrize(("document", "defect"), WRONG, ids=[defect for _, defect in WRONG])
def test_parse_names_what_is_wrong_and_nothing_else(document, defect):
    assert defects(document) == [defect]


def test_parse_names_everything_that_is_wrong_at_once():
    document = trial(code="?", bands=[{"band": "high", "from": 1}])
    document["items"][1]["weights"] = {"yes": "five"}

    assert defects(document) == [
        f"code: {CODE}",
        "items[1].weights: each must be a whole number from 0 to 100.",
        "bands[0].from: the first must start at 0.",
    ]


@pytest.mark.parametrize(
    ("text", "defect"),
    [
        ("{", "It is not JSON: Expecting property name enclosed in double quotes in line 1."),
        ('{"code": "a", "code": "b"}', "An object names a key twice."),
        ('{"version": NaN}', "NaN is no number."),
        ('{"version": ' + "9" * 5000 + "}", "It holds a number that is too long to read."),
        ("[" * 100_000, "The file is nested too deeply."),
        (" " * (LONGEST + 1), "The file is longer than 300,000 characters."),
    ],
)
def test_read_refuses_what_is_no_plain_json(text, defect):
    with pytest.raises(NotATool) as refused:
        read(text)

    assert refused.value.defects == [defect]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@searching(deadline=None, max_examples=200)
@given(key=st.sampled_from(sorted(trial())), inside=st.booleans(), value=JSON)
def test_parse_of_anything_gives_a_tool_or_names_defects(key, inside, value):
    document = trial()
    if inside and isinstance(document[key], list):
        document[key][0] = value
    else:
        document[key] = value

    try:
        found = parse(document).bands
    except NotATool as error:
        found = error.defects

    assert found


@pytest.mark.parametrize("path", sorted(SHIPPED.iterdir()), ids=lambda path: path.name)
def test_what_is_shipped_is_a_tool_that_says_it_is_invented(path):
    tool, document = read(path.read_text())

    assert document == json.loads(path.read_text())
    assert "invented" in tool.name
    assert "not to be used with anybody" in tool.about
    assert [band.band for band in tool.bands] == ["standard", "medium", "high"]


def test_one_tool_is_shipped():
    assert [path.name for path in SHIPPED.iterdir()] == ["harbour.json"]
