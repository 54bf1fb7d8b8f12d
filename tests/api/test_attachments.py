"""Files of a case over REST: as they are, up to twenty mebibytes, read and added by whoever may."""

import uuid

import pytest

from tests.api import systems
from tests.api.systems import ROOT, body, problem, system_of
from tests.referrals.attachments.files import TELLTALE, a_jpeg, a_pdf

PDF = "application/pdf"
WITH_DOCUMENTS = {
    "answer": "given",
    "method": "in_person",
    "wording_version": "2026-1",
    "compartments": ["identity", "contact", "incident", "risk", "needs", "attachments"],
}


@pytest.fixture
def police(own_database):
    return systems.police()


@pytest.fixture
def desk(own_database):
    return system_of("liverpool-idva")


@pytest.fixture
def reference(police, desk):
    made = police.post("referrals/", body(consent=WITH_DOCUMENTS)).json()["reference"]
    assert desk.post(f"referrals/{made}/accept/").status_code == 200
    return made


def add(system, reference, content, kind=PDF, title="Letter", shared="no", **headers):
    path = f"referrals/{reference}/attachments/?title={title}&shared={shared}"
    return system.post(path, content, **{"Content-Type": kind, **headers})


def download(system, reference, attachment):
    answer = system.get(f"referrals/{reference}/attachments/{attachment}/")
    return answer, b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_a_file_is_added_listed_and_given_out_without_what_it_says_by_the_way(desk, reference):
    added = add(desk, reference, a_jpeg(), "image/jpeg", "Photo")

    assert added.status_code == 201, added.json()
    told = added.json()
    assert (told["kind"], told["title"], told["is_shared"]) == ("image/jpeg", "Photo", False)
    assert desk.get(f"referrals/{reference}/attachments/").json() == {"results": [told]}
    answer, content = download(desk, reference, told["id"])
    assert added.headers["Location"] == f"{ROOT}referrals/{reference}/attachments/{told['id']}/"
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="document-1.jpg"'
    assert int(answer.headers["Content-Length"]) == len(content) == told["length"]
    assert content.startswith(b"\xff\xd8\xff")
    assert TELLTALE.encode() not in content


def test_a_large_file_comes_and_goes_whole(desk, reference):
    content = b"words upon words\n" * 500_000  # eight megabytes
    added = add(desk, reference, content, "text/plain")
    assert added.status_code == 201, added.json()
    assert download(desk, reference, added.json()["id"])[1] == content


def test_what_it_is_called_does_not_count_but_what_is_in_it(desk, reference):
    assert add(desk, reference, a_pdf(), "image/png").json()["kind"] == PDF
    refused = add(desk, reference, b"MZ\x90\x00\x00", PDF)
    assert problem(refused) == (422, "not-well-formed", ["/file"])
    assert problem(add(desk, reference, b"", PDF)) == (422, "not-well-formed", ["/file"])
    assert problem(add(desk, reference, a_pdf(), title="")) == (422, "not-well-formed", ["/title"])
    assert problem(add(desk, reference, a_pdf(), shared="perhaps"))[0] == 400


def test_what_is_too_large_stays_outside(desk, reference):
    limit = 20 * 1024 * 1024
    path = f"referrals/{reference}/attachments/?title=x"
    length = {"Content-Length": str(limit + 1)}
    refused = desk.send("POST", path, b"x", **{"Idempotency-Key": "k", **length})
    assert problem(refused)[:2] == (413, "too-large")
    elsewhere = desk.send(
        "POST", "referrals/", b" " * (1024 * 1024 + 1), **{"Idempotency-Key": "k"}
    )
    assert problem(elsewhere)[:2] == (413, "too-large")
    assert add(desk, reference, b"x" * 1_100_000, "text/plain").status_code == 201


def test_asking_twice_adds_once(desk, reference):
    key, content = {"Idempotency-Key": uuid.uuid4().hex}, a_pdf()
    first, again = (add(desk, reference, content, **key) for _ in range(2))
    assert first.json() == again.json()
    assert len(desk.get(f"referrals/{reference}/attachments/").json()["results"]) == 1
    assert problem(add(desk, reference, b"other", **key))[:2] == (422, "key-reused")


def test_only_who_may_sees_adds_and_takes_off(police, desk, reference):
    kept = add(desk, reference, a_pdf(), shared="yes").json()["id"]
    stranger = system_of("rowan")
    one = f"{ROOT}referrals/{reference}/attachments/{kept}/"
    assert problem(stranger.get(one))[0] == 404
    assert problem(stranger.get(f"referrals/{reference}/attachments/"))[0] == 404
    assert problem(add(stranger, reference, a_pdf()))[0] == 404
    assert problem(add(police, reference, a_pdf()))[0] == 403
    assert police.send("DELETE", one.removeprefix(ROOT)).status_code == 403
    absent = one.replace(kept, str(uuid.uuid4()))
    assert problem(desk.get(absent))[0] == 404
    assert download(desk, reference, kept)[0].status_code == 200

    assert desk.send("DELETE", one.removeprefix(ROOT)).status_code == 204
    assert problem(desk.get(one))[0] == 404
    assert desk.send("DELETE", one.removeprefix(ROOT)).status_code == 404


def test_police_send_a_photograph_that_the_desk_opens_once_it_took_the_case(police, desk):
    draft = police.post("referrals/", body(consent=WITH_DOCUMENTS)).json()["reference"]
    photo = add(police, draft, a_jpeg(), "image/jpeg", "Broken door", shared="yes").json()["id"]
    assert problem(desk.get(f"referrals/{draft}/attachments/"))[0] == 403

    assert desk.post(f"referrals/{draft}/accept/").status_code == 200

    (told,) = desk.get(f"referrals/{draft}/attachments/").json()["results"]
    assert (told["id"], told["title"]) == (photo, "Broken door")
    assert download(desk, draft, photo)[1].startswith(b"\xff\xd8\xff")


def test_scopes_count(own_database, desk, reference):
    narrow = system_of("liverpool-idva", "case:read")
    assert problem(add(narrow, reference, a_pdf()))[0] == 403
    assert narrow.get(f"referrals/{reference}/attachments/").status_code == 200
    blind = system_of("liverpool-idva", "attachment:add")
    assert problem(blind.get(f"referrals/{reference}/attachments/"))[0] == 403


def test_a_case_that_is_opened_says_nothing_of_files_and_no_key(desk, reference):
    add(desk, reference, a_pdf(), title="Letter-from-housing")
    said = desk.get(f"referrals/{reference}/case/").content.decode()
    assert "given_name" in said
    assert "attachment" not in said
    assert "Letter-from-housing" not in said


def test_without_the_scanners_word_nothing_is_kept(settings, desk, reference):
    settings.CLAMAV = "127.0.0.1:1"
    refused = add(desk, reference, a_pdf())
    assert problem(refused)[:2] == (503, "cannot-scan")
    settings.CLAMAV = ""
    assert desk.get(f"referrals/{reference}/attachments/").json() == {"results": []}
    assert add(desk, reference, a_pdf()).json()["is_checked"] is False
