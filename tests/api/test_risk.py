"""Risk over JSON: the tools, assessing, reading, and how each is refused."""

import pytest

from api import schema
from tests.api.systems import body, problem, system_of
from tests.api.test_contract import check
from tests.risk.harbour import ALL_NO, ALL_YES, TOOL


@pytest.fixture
def desk(own_database, people):
    return system_of("liverpool-idva")


@pytest.fixture
def police(own_database, people):
    return system_of("merseyside-police")


@pytest.fixture
def taken(police, desk):
    reference = police.post("referrals/", body(risk_band="medium")).json()["reference"]
    desk.post(f"referrals/{reference}/accept/")
    return reference


def an_assessment(answers=ALL_NO, **changes):
    return {"tool": "harbour", "version": 1, "answers": answers, **changes}


def test_tools_are_listed_with_their_questions_and_what_counts(desk):
    page = desk.get("risk-tools/").json()

    [tool] = page["results"]
    check(schema.contract(), "RiskToolPage", page)
    assert (tool["code"], tool["version"], len(tool["items"])) == ("harbour", 1, len(TOOL.items))
    assert tool["items"][8]["answers"] == [
        {"code": "yes", "text": "Yes", "weight": 6},
        {"code": "no", "text": "No", "weight": 0},
        {"code": "dont_know", "text": "Don’t know", "weight": 0},
    ]
    assert [band["starts"] for band in tool["bands"]] == [0, 14, 28]


def test_an_assessment_is_recorded_and_read_again(desk, taken):
    more = {"grade": "high", "reasons": ["neck"], "words": "Afraid", "sources": {"parting": "seen"}}
    partly = {**ALL_NO, "parting": "yes", "own_view": ""}

    made = desk.post(f"referrals/{taken}/assessments/", an_assessment(partly, **more))

    assert made.status_code == 201, made.content
    assert made.headers["Location"] == f"/api/v1/referrals/{taken}/assessments/"
    kept = made.json()
    check(schema.contract(), "AssessmentOut", kept)
    assert (kept["band"], kept["grade"], kept["effective_band"]) == ("not_assessed", "high", "high")
    assert (kept["score"], kept["is_at_least"], kept["unanswered"]) == (4, True, 1)
    assert kept["sources"] == {"parting": "seen"}
    assert "own_view" not in kept["answers"]
    assert desk.get(f"referrals/{taken}/assessments/").json() == {"results": [kept]}
    assert desk.get(f"referrals/{taken}/").json()["risk_band"] == "high"


def test_an_assessment_is_no_document_of_the_case(desk, taken):
    desk.post(f"referrals/{taken}/assessments/", an_assessment())

    records = desk.get(f"referrals/{taken}/case/").json()["records"]

    assert {record["kind"] for record in records} == {"document", "way"}


def test_the_police_read_their_own_and_nothing_later(police, desk):
    reference = police.post("referrals/", body(risk_band="medium")).json()["reference"]
    police.post(f"referrals/{reference}/assessments/", an_assessment())
    desk.post(f"referrals/{reference}/accept/")
    desk.post(f"referrals/{reference}/assessments/", an_assessment(ALL_YES, words="Ours"))

    theirs = police.get(f"referrals/{reference}/assessments/").json()["results"]

    assert [row["band"] for row in theirs] == ["standard"]
    ours = desk.get(f"referrals/{reference}/assessments/").json()["results"]
    assert [row["band"] for row in ours] == ["standard", "high"]
    later = police.post(f"referrals/{reference}/assessments/", an_assessment())
    assert later.status_code == 403
    assert police.get(f"referrals/{reference}/").json()["risk_band"] == "high"


@pytest.mark.parametrize(
    ("changes", "status", "pointer"),
    [
        ({"tool": "none"}, 422, "/tool"),
        ({"answers": {"parting": "often"}}, 422, "/answers"),
        ({"answers": {str(n): "yes" for n in range(151)}}, 400, "/answers"),
        ({"answers": {"parting": 1}}, 400, "/answers/parting"),
        ({"grade": "not_assessed"}, 400, "/grade"),
        ({"grade": "high"}, 422, "/reasons"),
        ({"risk_band": "high"}, 400, "/risk_band"),
        ({"version": 0}, 400, "/version"),
    ],
)
def test_what_cannot_stand_is_refused_at_its_place_and_not_kept(
    desk, taken, changes, status, pointer
):
    answer = desk.post(f"referrals/{taken}/assessments/", an_assessment(**changes))

    assert (answer.status_code, pointer in problem(answer)[2]) == (status, True), answer.content
    assert desk.get(f"referrals/{taken}/assessments/").json() == {"results": []}


def test_assessments_of_others_are_absent(desk, taken):
    other = system_of("wirral-idva")

    assert other.get(f"referrals/{taken}/assessments/").status_code == 404
    assert other.post(f"referrals/{taken}/assessments/", an_assessment()).status_code == 404
    assert desk.get(f"referrals/{taken}/assessments/").status_code == 200


def test_an_assessment_sent_twice_under_one_key_is_one(desk, taken):
    path = f"referrals/{taken}/assessments/"

    first = desk.post(path, an_assessment(), key="once")
    again = desk.post(path, an_assessment(), key="once")

    assert first.json() == again.json()
    assert len(desk.get(path).json()["results"]) == 1


def test_an_outcome_takes_its_reason_what_is_wanted_and_her_view(desk, police, taken):
    given = {"outcome": "declined", "reason": "not_now", "support_wanted": ["housing"]}

    answer = desk.post(f"follow-ups/{taken}/outcome/", {**given, "prosecution": "does_not"})

    assert answer.status_code == 200, answer.content
    assert answer.json()["outcome"] == "declined"
    assert "prosecution" not in police.get(f"referrals/{taken}/").content.decode()
    assert "not_now" not in police.get(f"referrals/{taken}/").content.decode()


def test_an_outcome_with_a_reason_of_another_is_refused(desk, taken):
    wrong = desk.post(f"follow-ups/{taken}/outcome/", {"outcome": "done", "reason": "afraid"})

    assert (wrong.status_code, problem(wrong)[2]) == (422, ["/reason"])
    right = desk.post(f"follow-ups/{taken}/outcome/", {"outcome": "done"})
    assert right.json()["outcome"] == "done"
