"""Making referrals over JSON: sent at once or kept as a draft, and what bad input gets."""

from datetime import UTC, datetime, timedelta

import pytest

from demonstration.sign_ins import example_referral
from referrals.models import Referral
from tenancy.work import unit_of_work
from tests.api.systems import body, problem, system_of


def referrals_of(member):
    with unit_of_work(member.context):
        return list(Referral.objects.visible_to(member))


def test_post_makes_and_sends(police):
    answer = police.post("referrals/", body())

    made = answer.json()
    assert answer.status_code == 201, answer.content
    assert (made["status"], made["side"]) == ("sent", "referring")
    assert made["receiving_agency"] == "liverpool-idva"
    assert made["available_moves"] == ["withdraw"]
    assert answer.headers["Location"] == f"/api/v1/referrals/{made['reference']}/"
    assert police.get(f"referrals/{made['reference']}/").json() == made


def test_a_draft_is_sent_later_and_keeps_who_it_was_for(police):
    draft = police.post("referrals/", body(draft=True, on_behalf_of="PC2231")).json()

    sent = police.post(f"referrals/{draft['reference']}/send/").json()

    assert (draft["status"], draft["available_moves"]) == ("draft", ["send", "discard"])
    assert (sent["status"], sent["on_behalf_of"]) == ("sent", "PC2231")
    assert sent["answer_due_at"] is not None


@pytest.mark.parametrize("identifier", ["", "7", "M-2231", "pc2231@force.example", "9" * 60])
def test_a_staff_identifier_is_kept_as_claimed(police, identifier):
    made = police.post("referrals/", body(on_behalf_of=identifier)).json()

    assert made["on_behalf_of"] == identifier


def test_a_name_for_a_staff_identifier_is_not_repeated(police):
    answer = police.post("referrals/", body(on_behalf_of="Zoë O’Example"))

    [error] = answer.json()["errors"]
    assert error["detail"] == "Give a staff identifier such as a collar number, not a name."
    assert "Example" not in answer.content.decode()


@pytest.mark.parametrize("sent", ["Zoë O’Example", 7, None, ["Zoë O’Example"]])
def test_a_code_on_no_list_is_not_repeated(police, sent):
    answer = police.post("referrals/", body(harm_strands=[sent]))

    [error] = answer.json()["errors"]
    assert error["pointer"] == "/harm_strands/0"
    assert "Example" not in answer.content.decode()


def test_a_discarded_draft_is_gone(police):
    draft = police.post("referrals/", body(draft=True)).json()

    answer = police.post(f"referrals/{draft['reference']}/discard/")

    assert answer.json()["status"] == "expired"
    assert police.post(f"referrals/{draft['reference']}/send/").status_code == 409


def test_a_postcode_finds_the_desk(police):
    made = police.post("referrals/", body(area_code="", postcode="CH41 6AE")).json()

    assert (made["area_code"], made["receiving_agency"]) == ("E08000015", "wirral-idva")


def test_an_area_outside_the_region_goes_to_the_coordinators(police):
    made = police.post("referrals/", body(area_code="", postcode="M1 1AE")).json()

    assert (made["receiving_agency"], made["outside_programme"]) == ("coordinators", True)


def test_without_a_safe_time_contact_is_held(police):
    made = police.post("referrals/", body(contact={"direct": "allowed"})).json()

    assert (made["contact"], made["safe_windows"]) == ("held", [])


@pytest.mark.parametrize(
    "name",
    ["Siân O’Brien-ffoulkes", "Łucja Żółć", "Zoë", "محمد", "李小龍", "Ἀθηνᾶ", "नीता", "O'Neil"],
)
def test_names_survive(police, name):
    case = {"identity": {"given_name": name, "family_name": name}}
    made = police.post("referrals/", body(case=case)).json()

    opened = police.get(f"referrals/{made['reference']}/case/").json()

    [identity] = [record["document"] for record in opened["records"]]
    assert identity == {"given_name": name, "family_name": name}


def _in(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


UNVERSIONED = {"answer": "given", "method": "in_person"}
PARTY = {"kind": "child", "relationship": "child", "details": {"given_name": "A\x07"}}


BACKWARDS = {"safe_windows": [{"day": "mon", "from": "12:00", "to": "09:00"}]}


def identity(**fields):
    return {"case": {"identity": fields}}


@pytest.mark.parametrize(
    ("changes", "status", "pointer"),
    [
        ({"consent": UNVERSIONED}, 422, "/consent/wording_version"),
        ({"visit_ended_at": _in(1)}, 422, "/visit_ended_at"),
        ({"visit_ended_at": _in(-15 * 24)}, 422, "/visit_ended_at"),
        ({"visit_ended_at": None}, 422, "/visit_ended_at"),
        ({"visit_ended_at": "2026-11-21T10:00"}, 400, "/visit_ended_at"),
        ({"harm_strands": []}, 400, "/harm_strands"),
        ({"harm_strands": ["gossip"]}, 400, "/harm_strands/0"),
        ({"risk_band": 1}, 400, "/risk_band"),
        ({"children": "yes"}, 400, "/children"),
        ({"draft": 1}, 400, "/draft"),
        ({"on_behalf_of": 7}, 400, "/on_behalf_of"),
        ({"on_behalf_of": "A\x07"}, 400, "/on_behalf_of"),
        ({"on_behalf_of": "Zoë O’Example 07700 900123"}, 400, "/on_behalf_of"),
        ({"on_behalf_of": "PC 2231"}, 400, "/on_behalf_of"),
        ({"on_behalf_of": "@" * 3}, 400, "/on_behalf_of"),
        ({"on_behalf_of": "9" * 61}, 400, "/on_behalf_of"),
        ({"postcode": "nowhere"}, 422, "/postcode"),
        ({"immigration_status": "x"}, 400, "/immigration_status"),
        ({"a/b~c": 1}, 400, "/a~1b~0c"),
        ({"case": {"story": {}}}, 400, "/case/story"),
        (identity(nickname="x"), 400, "/case/identity/nickname"),
        (identity(given_name="A\x07"), 422, "/case/identity/given_name"),
        (identity(given_name="A\0"), 400, "/case/identity/given_name"),
        (identity(given_name="x" * 101), 400, "/case/identity/given_name"),
        (identity(born_on="1991-02-30"), 422, "/case/identity/born_on"),
        (identity(born_on="2091-02-03"), 422, "/case/identity/born_on"),
        ({"parties": [PARTY]}, 422, "/parties/0/details/given_name"),
        ({"contact": BACKWARDS}, 422, "/contact/safe_windows"),
    ],
)
def test_bad_input_is_named_and_leaves_nothing(police, people, changes, status, pointer):
    answer = police.post("referrals/", body(**changes))

    assert problem(answer) == (status, "not-well-formed", [pointer]), answer.content
    assert referrals_of(people.records_system) == []


def test_without_agreement_or_a_ground_nothing_is_kept(police, people):
    answer = police.post("referrals/", body(consent={"answer": "refused"}))

    assert problem(answer) == (422, "consent-missing", ["/consent"])
    assert referrals_of(people.records_system) == []


def test_only_the_police_refer_after_a_visit(own_database, people):
    answer = system_of("rowan").post("referrals/", body())

    assert problem(answer) == (422, "not-well-formed", ["/visit_ended_at"])


def test_the_example_of_the_demonstration_is_taken(police):
    answer = police.post("referrals/", example_referral(datetime.now(UTC)))

    assert answer.status_code == 201, answer.content
