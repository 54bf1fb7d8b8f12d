"""JSON with one meaning, not too much of it, and nothing else."""

import re
import time

import pytest

from api.parsing import _SIGN, NotJson, read
from referrals.compartments import FIELDS, PARTY
from tests.api.systems import body, problem


def deep(levels):
    return b'{"case":' * levels + b"1" + b"}" * levels


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"draft": NaN}',
        b'{"draft": -Infinity}',
        b'{"draft": 1e999}',
        b'{"draft": ' + b"9" * 5000 + b"}",
        b'{"draft": true, "draft": false}',
        b'{"case": {"identity": {}, "identity": {}}}',
        b'{"on_behalf_of": "\\ud800"}',
        b'{"\\udfff": 1}',
        deep(21),
        deep(10_000),
        b"[" * 400_000,
        b'{"a": "' + b"[" * 100_000,
        b'"' + b'\\"' * 100_000,
        b'"' + b'\\"' * 100_000 + b"\\",
    ],
    ids=lambda text: repr(text[:24]),
)
def test_refuses_what_could_be_read_in_two_ways(police, text):
    began = time.monotonic()

    answer = police.post("referrals/", text)

    wanted = (400, "not-well-formed" if not text else "not-json", [])
    assert problem(answer)[:2] == wanted[:2], answer.content
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("text", [b"[]", b"null", b"3", b'"x"', b'{"a":1}'])
def test_refuses_json_that_is_no_referral(police, text):
    assert problem(police.post("referrals/", text))[0] == 400


@pytest.mark.parametrize(
    "changes",
    [
        {f"field{number}": 1 for number in range(60_000)},
        {"needs": ["none"] * 20_000},
        {"parties": [{}] * 10_000},
        {"parties": [{f"field{number}": 1 for number in range(50)}] * 21},
        {"case": {"identity": dict.fromkeys(map(str, range(1_001)), "x")}},
    ],
    ids=["names", "codes", "parties", "names of parties", "names of a document"],
)
def test_refuses_a_crowd_before_it_is_read(police, changes):
    answer = police.post("referrals/", body(**changes))

    assert problem(answer) == (400, "not-json", []), answer.content
    assert "it holds more than 1000 names or 5000 signs" in answer.json()["detail"]


def test_names_a_few_of_a_thousand_unknown_fields(police):
    answer = police.post("referrals/", {f"field{number}": 1 for number in range(1_000)})

    assert answer.status_code == 400
    assert len(answer.json()["errors"]) == 25


@pytest.mark.parametrize("field", ["needs", "parties", "harm_strands"])
def test_refuses_a_list_that_is_too_long_by_its_length(police, field):
    answer = police.post("referrals/", body(**{field: [{}] * 500}))

    assert problem(answer) == (400, "not-well-formed", [f"/{field}"]), answer.content


def test_takes_the_longest_referral_there_is(police):
    windows = [
        {"day": day, "from": f"{hour:02}:00", "to": f"{hour:02}:30"}
        for day in ("mon", "tue", "wed")
        for hour in range(10)
    ]
    party = {
        "kind": "child",
        "relationship": "child",
        "details": dict.fromkeys(PARTY.keys() - {"born_on", "works_for"}, "x"),
    }
    case = {
        part: dict.fromkeys(fields.keys() - {"born_on"}, "x") for part, fields in FIELDS.items()
    }
    contact = {"direct": "allowed", "safe_windows": windows}

    answer = police.post("referrals/", body(contact=contact, case=case, parties=[party] * 30))

    assert answer.status_code == 201, answer.content


@pytest.mark.parametrize(
    "text",
    [
        '"' + '\\"' * 1_000,
        '"' + '\\"' * 1_000 + "\\",
        '"' + "a" * 2_000,
        '"' + "\\" * 2_000,
        '{"a": "' + '\\\\"' * 1_000,
        '{"a": "' + '\\"[{' * 500,
    ],
    ids=["quotes", "quotes and half an escape", "letters", "escapes", "both", "brackets"],
)
def test_goes_through_a_text_once(text):
    """No quotation mark is left between the signs, so none was tried in vain.

    A pattern that gives up on a text that breaks off starts again at the next quotation mark, and
    takes hours over a mebibyte.
    """
    signs = [found.span() for found in _SIGN.finditer(text)]

    assert '"' not in _between(text, signs)
    with pytest.raises(NotJson):
        read(text.encode())


def test_notices_a_pattern_that_gives_up():
    text = '"' + '\\"' * 100

    closed_only = [found.span() for found in re.finditer(r'"(?:[^"\\]|\\.)*"', text)]

    assert '"' in _between(text, closed_only)


def _between(text, signs):
    ends = [0, *(end for _, end in signs)]
    starts = [*(start for start, _ in signs), len(text)]
    return "".join(text[end:start] for end, start in zip(ends, starts, strict=True))


def test_takes_twenty_levels_inside_a_text(police):
    summary = '[{"' * 500
    made = police.post("referrals/", body(case={"incident": {"summary": summary}})).json()

    [record] = police.get(f"referrals/{made['reference']}/case/").json()["records"]

    assert record["document"] == {"summary": summary}


def test_refuses_a_body_over_a_mebibyte_without_reading_it(police):
    text = b'{"on_behalf_of": "' + b"x" * 1024 * 1024 + b'"}'

    assert problem(police.post("referrals/", text)) == (413, "too-large", [])


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=utf-16"},
        {"Content-Encoding": "gzip"},
    ],
)
def test_refuses_another_kind_of_body(police, headers):
    answer = police.post("referrals/", body(), **headers)

    assert problem(answer) == (415, "unsupported-media-type", [])
