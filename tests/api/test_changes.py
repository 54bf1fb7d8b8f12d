"""A release or a change of bail over JSON, and which way a referral went."""

from datetime import UTC, datetime

import pytest

from tests.api import systems
from tests.api.systems import body, problem


def report(system, reference, **changes):
    given = {"kind": "released_on_bail", "happened_at": datetime.now(UTC).isoformat(), **changes}
    return system.post(f"referrals/{reference}/report-change/", given)


def test_report_change_answers_with_the_referral(police):
    reference = police.post("referrals/", body()).json()["reference"]

    answer = report(police, reference)

    assert (answer.status_code, answer.json()["reference"]) == (200, reference)


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"kind": "moon_landing"}, ["/kind"]),
        ({"happened_at": "2027-06-01T00:00:00Z"}, ["/happened_at"]),
        ({"happened_at": "yesterday"}, ["/happened_at"]),
        ({"note": "He is back."}, ["/note"]),
    ],
)
def test_report_change_refuses_what_cannot_be(police, changes, pointers):
    reference = police.post("referrals/", body()).json()["reference"]

    answer = report(police, reference, **changes)

    assert problem(answer)[0] in {400, 422}
    assert problem(answer)[2] == pointers
    assert report(police, reference).status_code == 200


def test_report_change_is_scoped_and_of_what_lives(police):
    reference = police.post("referrals/", body()).json()["reference"]
    reading = systems.police("referral:read")

    assert report(reading, reference).status_code == 403
    assert report(police, "PH-22222222").status_code == 404
    police.post(f"referrals/{reference}/withdraw/", {"reason": "sent_in_error"})
    assert report(police, reference).status_code == 409


def test_answer_says_which_way_a_referral_went(police):
    made = police.post("referrals/", body()).json()
    outside = police.post("referrals/", body(area_code="E06000006")).json()

    assert (made["route"], made["outside_programme"]) == ("joined", False)
    assert (outside["route"], outside["outside_programme"]) == ("ordinary", True)
