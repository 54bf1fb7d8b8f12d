"""What a client can count on: refusals of one shape, methods, ETags, pages, absent means absent."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from api.preconditions import etag_of
from referrals.references import new_reference
from tests import given
from tests.accounts.signing_in import sign_in
from tests.api import systems
from tests.api.systems import body, problem, system_of


@pytest.fixture
def made(police):
    """A referral that the police system sent, as it was answered."""
    return police.post("referrals/", body()).json()


def test_a_read_is_tagged_with_the_state_it_shows(police, made):
    answer = police.get(f"referrals/{made['reference']}/")

    assert answer.headers["ETag"] == etag_of(answer.json()) == etag_of(made)
    assert answer.headers["Cache-Control"] == "no-store, max-age=0"


def test_what_did_not_change_is_not_sent_again(police, made):
    path, etag = f"referrals/{made['reference']}/", etag_of(made)

    same, other = (police.get(path, **{"If-None-Match": tag}) for tag in (etag, '"other"'))

    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", etag)
    assert other.status_code == 200


@pytest.mark.parametrize("tags", ['"stale"', "W/{etag}", '"a", "b"', "nonsense"])
def test_a_move_on_what_has_changed_is_refused_and_changes_nothing(police, made, tags):
    path = f"referrals/{made['reference']}/"
    tag = tags.format(etag=etag_of(made))

    answer = police.post(f"{path}withdraw/", {"reason": "sent_in_error"}, **{"If-Match": tag})

    assert problem(answer) == (412, "stale", [])
    assert police.get(path).json() == made


@pytest.mark.parametrize("tags", ["{etag}", '"other", {etag}', "*"])
def test_a_move_on_what_was_seen_is_made(police, made, tags):
    path, tag = f"referrals/{made['reference']}/", tags.format(etag=etag_of(made))

    answer = police.post(f"{path}withdraw/", {"reason": "sent_in_error"}, **{"If-Match": tag})

    assert (answer.status_code, answer.json()["status"]) == (200, "withdrawn")
    assert answer.headers["ETag"] == etag_of(police.get(path).json())


def test_a_move_that_is_not_open_now_is_409_and_says_where_it_stands(police, made):
    police.post(f"referrals/{made['reference']}/withdraw/", {"reason": "sent_in_error"})

    answer = police.post(f"referrals/{made['reference']}/withdraw/", {"reason": "duplicate"})

    assert problem(answer) == (409, "move-not-allowed", [])
    assert "Withdrawn" in answer.json()["detail"]


def test_a_move_of_the_other_side_is_403(police, made):
    answer = police.post(f"referrals/{made['reference']}/accept/")

    assert problem(answer) == (403, "forbidden", [])


@pytest.mark.parametrize("path", ["", "case/"])
@pytest.mark.parametrize(
    "unknown", ["PH-22222222", "nonsense", "PH-%00", "%F0%9F%90%9F", "x" * 300]
)
def test_absent_is_404(police, path, unknown):
    assert problem(police.get(f"referrals/{unknown}/{path}")) == (404, "not-found", [])


VERBS = {
    "referrals/{}/accept/": {},
    "referrals/{}/send/": {},
    "referrals/{}/decline/": {"reason": "no_capacity"},
    "referrals/{}/withdraw/": {"reason": "duplicate"},
    "referrals/{}/withdraw-consent/": {},
    "referrals/{}/narrow-consent/": {"compartments": ["needs"]},
    "referrals/{}/end-consent/": {"expires_at": "2030-01-01T10:00:00Z"},
    "referrals/{}/close/": {"reason": "planned"},
    "referrals/{}/answer/": {"note": "hello"},
    "follow-ups/{}/outcome/": {"outcome": "done"},
    "follow-ups/{}/cancel/": {"reason": "not_safe"},
    "follow-ups/{}/book/": {"adviser": "a@example.org", "starts_at": "2030-01-01T10:00:00Z"},
}


def test_unseen_equals_absent(own_database, people):
    """Another agency's referral, and one that never was, by every route there is."""
    reference = systems.police().post("referrals/", body()).json()["reference"]
    other, absent = system_of("rowan"), new_reference()
    reads = ["referrals/{}/", "referrals/{}/case/", "follow-ups/{}/"]

    def told(answer):
        found = answer.json()
        headers = {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}
        return answer.status_code, {**found, "request_id": ""}, headers

    for path in reads:
        assert told(other.get(path.format(reference))) == told(other.get(path.format(absent)))
    for path, asked in VERBS.items():
        unseen, never = (other.post(path.format(name), asked) for name in (reference, absent))
        assert told(unseen) == told(never), path
        assert unseen.status_code == 404, path


def test_head_asks_what_get_does_without_the_body(police, made):
    path = f"referrals/{made['reference']}/"

    head, get = police.send("HEAD", path), police.get(path)

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == get.headers["ETag"]


def test_options_names_the_methods(police):
    answer = police.send("OPTIONS", "referrals/")

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Allow"] == "GET, POST, HEAD, OPTIONS"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "BREW"])
def test_other_methods_are_405(police, method):
    answer = police.send(method, "referrals/", b"{}")

    assert problem(answer) == (405, "method-not-allowed", [])
    assert "GET" in answer.headers["Allow"]


def test_no_token_is_401(people):
    answer = Client().get("/api/v1/referrals/")

    assert problem(answer) == (401, "not-authenticated", [])
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_without_the_scope_is_403_and_does_not_say_which(people):
    answer = systems.police("service:read").get("referrals/")

    assert problem(answer) == (403, "forbidden", [])
    assert "referral" not in answer.json()["detail"]


def test_anything_but_json_is_406(police):
    assert problem(police.get("referrals/", Accept="text/html")) == (406, "not-acceptable", [])


@pytest.mark.parametrize("path", ["nothing/", "referrals", "referrals/PH-22222222", "../x", ""])
def test_an_address_that_is_not_there_is_404(police, path):
    assert problem(police.get(path)) == (404, "not-found", [])
    assert problem(police.post(path)) == (404, "not-found", [])


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("stauts=sent", "stauts"),
        ("status=sent%00", "status"),
        ("side=mine", "side"),
        ("page_size=0", "page_size"),
        ("page_size=-1", "page_size"),
        ("page_size=many", "page_size"),
        ("page_size=%D9%A3", "page_size"),
        ("cursor=abc", "cursor"),
        ("cursor=%00", "cursor"),
        ("format=xml", "format"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_named(police, query, name):
    answer = police.get(f"referrals/?{query}")

    assert problem(answer) == (400, "not-well-formed", [f"/{name}"])


def test_pages_follow_each_other_to_the_end(police):
    references = [police.post("referrals/", body()).json()["reference"] for _ in range(5)]

    seen, following = [], "referrals/?page_size=2"
    while following:
        page = police.get(following.removeprefix("http://testserver/api/v1/")).json()
        seen.append([row["reference"] for row in page["results"]])
        following = page["next"]

    newest = references[::-1]
    assert seen == [newest[:2], newest[2:4], newest[4:]]


def test_a_page_holds_a_hundred_at_most_however_many_are_asked_for(police, made):
    answer = police.get("referrals/?page_size=1000000000")

    assert (answer.status_code, len(answer.json()["results"])) == (200, 1)


def test_a_cursor_is_good_for_the_system_it_was_given_to(own_database, people):
    records, cheshire = systems.police(), system_of("cheshire-police")
    for _ in range(2):
        records.post("referrals/", body())
    following = records.get("referrals/?page_size=1").json()["next"]

    answer = cheshire.get(following.removeprefix("http://testserver/api/v1/"))

    assert problem(answer) == (400, "not-well-formed", ["/cursor"])


def test_a_browsers_cookies_count_for_nothing(people, police, made):
    browser = sign_in(people.officer)
    bearer = {"Authorization": f"Bearer {police.token}"}

    alone = browser.get(f"/api/v1/referrals/{made['reference']}/")
    beside = browser.get(f"/api/v1/referrals/{made['reference']}/", headers=bearer)

    assert (alone.status_code, beside.status_code) == (401, 200)


def test_a_fault_of_ours_is_a_problem_document_without_a_trace(police, monkeypatch):
    def break_down(*_):
        raise RuntimeError("Zoë at L3 1BY")

    monkeypatch.setattr("api.referrals.views.page_of", break_down)

    answer = police.get("referrals/")

    assert problem(answer) == (500, "broken", [])
    assert "Zoë" not in json.dumps(answer.json(), ensure_ascii=False)


def test_waiting_list_of_a_service(own_database, people):
    desk, service = system_of("liverpool-idva"), system_of("rowan")
    taken = given.a_taken_referral(people.officer, people.adviser)
    asked = given.an_onward_referral(taken, people.adviser, "rowan").reference
    day = (timezone.localdate() + timedelta(days=28)).isoformat()

    answers = [
        service.post(f"referrals/{asked}/wait/", given)
        for given in ({}, {"expected_on": "soon"}, {"expected_on": "2020-01-01"})
    ]
    waiting = service.post(f"referrals/{asked}/wait/", {"expected_on": day}).json()

    assert [problem(each)[2] for each in answers] == [["/expected_on"]] * 3
    assert (waiting["status"], waiting["expected_on"]) == ("sent", day)
    assert "wait" in waiting["available_moves"]
    assert desk.get(f"referrals/{asked}/").json()["expected_on"] == day
    assert desk.post(f"referrals/{asked}/wait/", {"expected_on": day}).status_code == 403


def test_question_and_answer(own_database, people):
    records, desk = systems.police(), system_of("liverpool-idva")
    reference = records.post("referrals/", body(contact={})).json()["reference"]
    safe = {"direct": "allowed", "safe_windows": [{"day": "fri", "from": "10:00", "to": "11:00"}]}

    asked = desk.post(f"referrals/{reference}/ask/", {"question": "safe_contact"}).json()
    answered = records.post(f"referrals/{reference}/answer/", {"contact": safe}).json()
    declined = desk.post(f"referrals/{reference}/decline/", {"reason": "no_capacity"}).json()

    assert (asked["status"], asked["question"]) == ("more_information_asked", "safe_contact")
    assert (answered["status"], answered["contact"]) == ("sent", "allowed")
    assert answered["safe_windows"] == safe["safe_windows"]
    assert (declined["status"], declined["decline_reason"]) == ("declined", "no_capacity")
    assert given.DOCUMENTS["identity"]["family_name"] not in str(declined)


@pytest.mark.parametrize("asked", ["referrals/?status=", "referrals/?side=", "services/?need="])
def test_a_code_that_is_empty_is_none_of_the_codes(police, asked):
    assert problem(police.get(asked))[0] == 400
    assert police.get(asked.partition("?")[0]).status_code == 200
