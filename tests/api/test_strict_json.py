"""JSON with one meaning, not too much of it, and nothing else."""

import json
import time

import pytest

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


def test_names_a_few_of_a_hundred_thousand_unknown_fields(police):
    text = json.dumps({f"field{number}": 1 for number in range(60_000)}).encode()

    answer = police.post("referrals/", text)

    assert answer.status_code == 400
    assert len(answer.json()["errors"]) == 25


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
