"""Counting: a yes never lowers, what is unanswered is not No, and judgement is never lowered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.definition import SCALES, WEIGHABLE
from risk.parsing import parse
from risk.scoring import SEVERITY, count, graver
from tests.risk.tools import trial

ALL_NO = {"one": "no", "two": "no", "often": "never"}


@pytest.mark.parametrize(
    ("answers", "score", "band", "unanswered"),
    [
        (ALL_NO, 0, "standard", 0),
        ({**ALL_NO, "one": "yes", "often": "occasionally"}, 2, "standard", 0),
        ({**ALL_NO, "often": "all_the_time"}, 4, "medium", 0),
        ({"two": "yes", "one": "yes"}, 6, "high", 1),
        ({"two": "yes"}, 5, "medium", 2),
        ({"one": "yes"}, 1, "not_assessed", 2),
        ({**ALL_NO, "one": ""}, 0, "not_assessed", 1),
        ({}, 0, "not_assessed", 3),
        ({**ALL_NO, "one": "dont_know"}, 0, "standard", 0),
    ],
)
def test_count(answers, score, band, unanswered):
    result = count(parse(trial()), answers)

    assert (result.score, result.band, result.unanswered) == (score, band, unanswered)


def test_count_says_the_tools_own_name_of_a_band_and_what_is_open():
    tool = parse(trial())

    assert count(tool, {"one": "yes", "two": "yes", "often": "never"}).label == "Gold"
    assert not count(tool, ALL_NO).is_at_least
    assert count(tool, {**ALL_NO, "one": "dont_know"}).is_at_least
    assert count(tool, {**ALL_NO, "one": ""}).is_at_least


SCALE = st.sampled_from(sorted(SCALES))


@st.composite
def tools(draw):
    """Any tool there can be."""
    items = []
    for nth in range(draw(st.integers(1, 6))):
        scale = draw(SCALE)
        weighable = WEIGHABLE[scale]
        points = sorted(draw(st.lists(st.integers(0, 9), min_size=3, max_size=3)))
        weights = dict(zip(weighable, points[-len(weighable) :], strict=True))
        items.append({"code": f"i{nth}", "text": "?", "answers": scale, "weights": weights})
    most = sum(max(item["weights"].values()) for item in items)
    starts = sorted(draw(st.sets(st.integers(1, max(most, 1)), max_size=min(2, most))))
    bands = ["standard", "medium", "high"][: len(starts) + 1]
    bands = [{"band": b, "from": s} for b, s in zip(bands, [0, *starts], strict=True)]
    return parse({"code": "t", "version": 1, "name": "T", "items": items, "bands": bands})


@st.composite
def answered(draw):
    """A tool and some answers to it; empty is none."""
    tool = draw(tools())
    return tool, {item.code: draw(st.sampled_from(["", *item.answers])) for item in tool.items}


def severity(result):
    return SEVERITY[result.band]


@given(case=answered(), data=st.data())
def test_a_yes_or_more_often_never_lowers(case, data):
    tool, answers = case
    item = data.draw(st.sampled_from(tool.items))
    ladder = ["", "dont_know", *(a for a in item.answers if a != "dont_know")]
    if item.scale == "yes_no":
        ladder = ["", "dont_know", "no", "yes"]
    higher = data.draw(st.sampled_from(ladder[ladder.index(answers[item.code]) :]))

    before, after = count(tool, answers), count(tool, {**answers, item.code: higher})

    assert after.score >= before.score
    assert severity(after) >= severity(before)


@given(case=answered(), data=st.data())
def test_what_is_unanswered_is_never_counted_as_no(case, data):
    tool, answers = case
    item = data.draw(st.sampled_from(tool.items))
    none = {"yes_no": "no", "frequency": "never"}[item.scale]

    left, denied = (count(tool, {**answers, item.code: each}) for each in ("", none))

    assert left.unanswered == denied.unanswered + 1
    assert left.is_at_least
    assert left.band != tool.bands[0].band


@given(case=answered())
def test_what_is_unanswered_is_counted_and_the_score_is_at_least(case):
    tool, answers = case
    worst = {item.code: list(item.weights)[-1] for item in tool.items}
    filled = {code: answer or worst[code] for code, answer in answers.items()}

    result, filled_result = count(tool, answers), count(tool, filled)

    assert result.unanswered == sum(not answer for answer in answers.values())
    assert 0 <= result.score <= filled_result.score <= tool.most


BANDS = st.sampled_from(sorted(SEVERITY))


@given(band=BANDS, grade=BANDS | st.just(""))
def test_the_graver_is_never_below_either(band, grade):
    found = graver(band, grade)

    assert found in {band, grade}
    assert SEVERITY[found] == max(SEVERITY[band], SEVERITY.get(grade, -1))
