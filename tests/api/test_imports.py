"""Many referrals at once: a row is a whole referral or nothing, and never two."""

import csv
import io
import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from api.models import Import, ImportedRow
from api.sweeping import IMPORTS_KEPT_FOR, sweep
from referrals.models import ConsentEntry, Referral
from tenancy.context import Context
from tenancy.roles import WORKER
from tenancy.work import unit_of_work
from tests import databases
from tests.api import systems
from tests.api.systems import body, problem, system_of
from tests.at_once import at_once
from visits.models import FollowUp

NDJSON = "application/x-ndjson"
CSV = "text/csv"


@pytest.fixture
def police(own_database):
    return systems.police()


@pytest.fixture
def begun(police):
    """The address of an import that has begun."""
    made = police.post("imports/")
    assert made.status_code == 201
    assert made.headers["Location"] == f"/api/v1/imports/{made.json()['id']}/"
    return f"imports/{made.json()['id']}/"


VISIT = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(hours=2)


def a_row(number, **changes):
    """The same each time it is asked for."""
    return {
        **body(),
        "visit_ended_at": VISIT.isoformat(),
        "source_id": f"NICHE-{number}",
        **changes,
    }


def lines(*rows):
    return b"\n".join(row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows)


def bring(system, begun, content, kind=NDJSON, **headers):
    return system.post(f"{begun}rows/", content, **{"Content-Type": kind, **headers})


def outcomes(answer):
    assert answer.status_code == 200, answer.json()
    return [row["outcome"] for row in answer.json()["results"]]


def in_the_database(queryset):
    with databases.as_owner(), unit_of_work(Context.migration()):
        return list(queryset)


def test_each_row_is_a_sent_referral_with_its_clock(police, begun):
    ended_at = (datetime.now(UTC) - timedelta(hours=5)).replace(microsecond=0)
    rows = [a_row(n, visit_ended_at=ended_at.isoformat()) for n in range(3)]

    answer = bring(police, begun, lines(*rows))

    assert outcomes(answer) == ["made", "made", "made"]
    told = answer.json()
    assert (told["rows"], told["made"], told["already"], told["refused"]) == (3, 3, 0, 0)
    references = {row["reference"] for row in told["results"]}
    due = in_the_database(FollowUp.objects.values_list("referral__reference", "due_at"))
    assert dict(due) == dict.fromkeys(references, ended_at + timedelta(hours=24))
    assert police.get(f"referrals/{told['results'][0]['reference']}/").json()["status"] == "sent"


def test_what_cannot_be_kept_keeps_nothing_else_out(police, begun):
    without_ground = a_row(2, consent={"answer": "refused"})
    misspelt = a_row(3, risk_bnad="high")
    too_old = a_row(4, visit_ended_at=(datetime.now(UTC) - timedelta(days=20)).isoformat())
    nameless = body()

    answer = bring(
        police,
        begun,
        lines(a_row(1), without_ground, misspelt, too_old, nameless, b"{not json", b"[]", a_row(8)),
    )

    assert outcomes(answer) == ["made", *["refused"] * 6, "made"]
    found = [row["problem"] for row in answer.json()["results"]]
    where = [[each["pointer"] for each in problem["errors"]] for problem in found[1:7]]
    kinds = [problem["type"].rpartition("/")[2] for problem in found[1:7]]
    assert where[:4] == [["/consent"], ["/risk_bnad"], ["/visit_ended_at"], ["/source_id"]]
    assert kinds == ["consent-missing", *["not-well-formed"] * 3, "not-json", "not-well-formed"]
    assert len(in_the_database(Referral.objects.all())) == 2
    assert [row["number"] for row in answer.json()["results"]] == list(range(1, 9))


def test_bringing_it_all_again_makes_nothing_twice(police, begun):
    first = bring(police, begun, lines(a_row(1), a_row(2))).json()["results"]
    again = police.post("imports/").json()["id"]
    changed = a_row(2, risk_band="standard")

    answer = bring(police, f"imports/{again}/", lines(a_row(1), changed, a_row(3), a_row(3)))

    assert outcomes(answer) == ["already", "changed", "made", "already"]
    told = [row["reference"] for row in answer.json()["results"]]
    assert told[:2] == [row["reference"] for row in first]
    assert told[2] == told[3]
    assert len(in_the_database(Referral.objects.all())) == 3


def test_the_same_row_from_two_sides_at_once_makes_one_referral(police):
    begun = [f"imports/{police.post('imports/').json()['id']}/" for _ in range(4)]
    row = lines(a_row(1))

    said = at_once([lambda where=where: outcomes(bring(police, where, row)) for where in begun])

    assert sorted(said) == [["already"], ["already"], ["already"], ["made"]]
    assert len(in_the_database(Referral.objects.all())) == 1


def test_a_row_that_was_refused_can_be_put_right(police, begun):
    assert outcomes(bring(police, begun, lines(a_row(1, risk_band="grave")))) == ["refused"]
    assert outcomes(bring(police, begun, lines(a_row(1)))) == ["made"]


def test_a_broken_connection_is_mended_by_asking_again_with_the_key(police, begun):
    key = uuid.uuid4().hex
    first = bring(police, begun, lines(a_row(1)), **{"Idempotency-Key": key})
    again = bring(police, begun, lines(a_row(1)), **{"Idempotency-Key": key})

    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert police.get(begun).json()["rows"] == 1
    assert problem(bring(police, begun, lines(a_row(2)), **{"Idempotency-Key": key}))[:2] == (
        422,
        "key-reused",
    )


def test_progress_and_every_result_are_read_later(police, begun):
    bring(police, begun, lines(a_row(1), a_row(2, risk_band="grave")))
    bring(police, begun, lines(a_row(3)))

    assert police.get("imports/").json()["results"][0] == police.get(begun).json()
    assert [row["number"] for row in police.get(f"{begun}rows/").json()["results"]] == [1, 2, 3]
    (refused,) = police.get(f"{begun}rows/?outcome=refused").json()["results"]
    assert (refused["number"], refused["problem"]["errors"][0]["pointer"]) == (2, "/risk_band")
    first = police.get(f"{begun}rows/?page_size=2").json()
    second = police.browser.get(
        first["next"], headers={"Authorization": f"Bearer {police.token}"}
    ).json()
    assert [row["number"] for row in first["results"] + second["results"]] == [1, 2, 3]


def test_an_import_is_its_systems_alone(police, begun):
    other = system_of("merseyside-police")

    assert police.get(begun).status_code == 200
    assert problem(other.get(begun))[0] == 404
    assert problem(other.get(f"{begun}rows/"))[0] == 404
    assert problem(bring(other, begun, lines(a_row(1))))[0] == 404
    assert other.get("imports/").json()["results"] == []
    assert outcomes(bring(police, begun, lines(a_row(1)))) == ["made"]


def test_only_who_may_refer_brings_rows(own_database):
    reader = systems.police("referral:read")
    assert problem(reader.post("imports/"))[0] == 403
    desk = system_of("liverpool-idva")
    begun = f"imports/{desk.post('imports/').json()['id']}/"
    (row,) = bring(desk, begun, lines(a_row(1))).json()["results"]
    assert row["problem"]["detail"] == "Only the police refer after a police visit."


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{}", "application/json", 415),
        (b"{}", "application/x-ndjson; charset=latin-1", 415),
        (b"\n".join([b"{}"] * 101), NDJSON, 413),
        (b"surname,shoe_size\nDoe,7\n", CSV, 400),
        (b"\xff\xfe", CSV, 400),
    ],
)
def test_what_is_no_table_of_rows_is_refused_whole(police, begun, content, kind, status):
    assert problem(bring(police, begun, content, kind))[0] == status
    assert police.get(begun).json()["rows"] == 0


def test_nothing_of_a_row_is_kept_but_keyed_hashes(police, begun):
    name = "Qvarnstroem-Canary"
    case = {"identity": {"family_name": name}}
    bring(police, begun, lines(a_row(1, case=case), a_row(2, case={"identity": {"nick": name}})))

    kept = str(in_the_database(ImportedRow.objects.values()))
    assert "made" in kept
    assert name not in kept
    assert "NICHE-1" not in kept


def test_a_paper_form_keeps_its_own_times(police, begun):
    now = datetime.now(UTC).replace(microsecond=0)
    visit, agreed = now - timedelta(hours=30), now - timedelta(hours=31)
    row = a_row(1, visit_ended_at=visit.isoformat(), agreed_at=agreed.isoformat())
    later = a_row(2, agreed_at=(now + timedelta(hours=1)).isoformat())

    answer = bring(police, begun, lines(row, later))

    assert outcomes(answer) == ["made", "refused"]
    assert answer.json()["results"][1]["problem"]["errors"][0]["pointer"] == "/agreed_at"
    (entry,) = in_the_database(ConsentEntry.objects.all())
    (follow_up,) = in_the_database(FollowUp.objects.all())
    assert (entry.taken_at, follow_up.due_at) == (agreed, visit + timedelta(hours=24))


# ---- as records systems extract it


def a_table(*rows):
    written = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    table = csv.DictWriter(written, names)
    table.writeheader()
    table.writerows(rows)
    return written.getvalue().encode()


def an_extract(number, **changes):
    ended = VISIT.strftime("%d/%m/%Y %H:%M")
    return {
        "occurrence_number": f"0500-{number}",
        "visit_ended_at": f"{ended}+00:00",
        "risk": "HIGH",
        "harm": "domestic_abuse; stalking",
        "consent": "Y",
        "consent_method": "in_person",
        "consent_wording": "2026-1",
        "area_code": "E08000012",
        "officer": "4711",
        "surname": "Doe",
        "forenames": "Jane",
        "born_on": "23/04/1991",
        "phone": "07700 900123",
        "children": "Y",
        "suspect_surname": "Roe",
        "suspect_relationship": "former_partner",
        **changes,
    }


def test_an_extract_is_read_as_referrals_and_no_phone_is_thought_safe(people, police, begun):
    answer = bring(police, begun, a_table(an_extract(1)), CSV)

    assert outcomes(answer) == ["made"], answer.json()
    reference = answer.json()["results"][0]["reference"]
    told = police.get(f"referrals/{reference}/").json()
    assert (told["harm_strands"], told["children"]) == (["domestic_abuse", "stalking"], True)
    assert (told["contact"], told["on_behalf_of"]) == ("held", "4711")
    documents = {record["kind"]: record for record in _records(police, reference)}
    assert documents["party"]["document"] == {"family_name": "Roe"}
    assert documents["party"]["code"] == "alleged_perpetrator:former_partner"


def _records(system, reference):
    return system.get(f"referrals/{reference}/case/").json()["records"]


def test_a_cell_that_cannot_be_read_is_named_by_its_column(police, begun):
    rows = [
        an_extract(1, children="maybe"),
        an_extract(2, visit_ended_at="yesterday"),
        an_extract(3, visit_ended_at="25/10/2026 01:30"),
        an_extract(4, born_on="31/02/1991"),
        an_extract(5, suspect_relationship="neighbour"),
        an_extract(6, risk=""),
        an_extract(7, consent="N"),
        an_extract(8),
    ]

    answer = bring(police, begun, a_table(*rows), CSV)

    found = [row["problem"] for row in answer.json()["results"]]
    where = [problem["errors"][0]["pointer"] if problem else "" for problem in found]
    assert where[:4] == ["/children", "/visit_ended_at", "/visit_ended_at", "/born_on"]
    assert where[4:] == ["/suspect_relationship", "/risk", "/consent", ""]
    assert "offset" in found[2]["errors"][0]["detail"]


def test_a_row_with_cells_too_few_is_refused_and_named(police, begun):
    table = a_table(an_extract(1)) + b"0500-2,late\r\n"
    assert outcomes(bring(police, begun, table, CSV)) == ["made", "refused"]


def test_what_is_old_is_forgotten_and_what_is_not_stays(police, begun):
    bring(police, begun, lines(a_row(1)))
    now = datetime.now(UTC)
    with databases.signed_in_as(WORKER):
        sweep(now + IMPORTS_KEPT_FOR - timedelta(minutes=1))
    assert len(in_the_database(Import.objects.all())) == 1
    with databases.signed_in_as(WORKER):
        sweep(now + IMPORTS_KEPT_FOR + timedelta(minutes=1))
    assert in_the_database(Import.objects.all()) == []
    assert in_the_database(ImportedRow.objects.all()) == []
