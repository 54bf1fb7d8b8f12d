"""The request transaction: what is kept, what is undone, and what of it anybody gets to see."""

from uuid import uuid4

import pytest
from django.test import Client

from audit.models import AuditEntry
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.tenancy.conftest import words
from tests.tenancy.views import ASKER, CANARY

pytestmark = [pytest.mark.urls("tests.tenancy.urls"), pytest.mark.usefixtures("probe")]


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


@pytest.fixture
def word():
    return uuid4().hex


def evidence_of(word):
    with unit_of_work(ASKER):
        entries = AuditEntry.objects.filter(object_id=word).order_by("seq")
        return list(entries.values_list("action", "decision", "reason"))


def is_kept(word):
    with unit_of_work(ASKER):
        return word in words()


def test_an_answered_request_keeps_what_it_wrote_and_one_entry(client, word):
    response = client.post(f"/answer/fine/{word}")

    assert (response.status_code, response.content.decode()) == (200, CANARY)
    assert is_kept(word)
    assert evidence_of(word) == [("probe", "allowed", "")]


@pytest.mark.parametrize(
    ("how", "status", "reason"),
    [
        ("error", 500, "ValueError"),
        ("unseen", 404, "Http404"),
        ("forbidden", 403, "PermissionDenied"),
        ("broken", 502, "BrokenAnswer"),
        ("lazily-broken", 500, "ZeroDivisionError"),
        ("swallowed", 503, "TransactionManagementError"),
        ("at-commit", 503, "IntegrityError"),
        ("hung-up", 503, "OperationalError"),
    ],
)
def test_a_failed_request_keeps_nothing_but_the_attempt(client, word, how, status, reason):
    response = client.post(f"/answer/{how}/{word}")

    assert response.status_code == status
    assert not is_kept(word)
    assert evidence_of(word) == [("probe", "refused", reason)]


@pytest.mark.parametrize("how", ["error", "lazily-broken", "swallowed", "at-commit", "hung-up"])
def test_nothing_is_released_before_the_commit(client, word, how):
    response = client.post(f"/answer/{how}/{word}")

    assert CANARY.encode() not in response.content


def test_a_refusal_answered_without_an_exception_keeps_its_writes(client, word):
    response = client.post(f"/answer/conflict/{word}")

    assert response.status_code == 409
    assert is_kept(word)
    assert evidence_of(word) == [("probe", "allowed", "")]


def test_a_failure_marked_by_hand_is_undone_and_answered(client, word):
    response = client.post(f"/quietly/{word}")

    assert (response.status_code, response.content) == (403, b"No.")
    assert not is_kept(word)
    assert evidence_of(word) == [("probe", "refused", "PermissionDenied")]


def test_a_lazy_page_is_rendered_inside_its_transaction(client, word):
    response = client.post(f"/answer/lazy/{word}")

    assert word in response.content.decode()


def test_a_lazy_api_answer_is_rendered_inside_its_transaction(client):
    assert client.get("/lazy").content.decode().startswith("ours")


def test_a_stream_that_reads_after_the_commit_finds_nothing(client, word):
    response = client.post(f"/answer/streamed/{word}")

    assert b"".join(response.streaming_content) == b""
    assert is_kept(word)


def test_the_next_request_on_the_connection_is_nobodys_again(client, word):
    client.post(f"/answer/fine/{word}")

    assert words() == []
    with unit_of_work(Context.nobody()):
        assert words() == []


def test_reads_run_read_committed(client):
    assert client.get("/isolation").content == b"read committed"


def test_a_house_without_a_database_says_so_to_people_and_to_systems(client, word):
    page = client.post(f"/answer/hung-up/{word}")
    problem = client.post(f"/api/answer/hung-up/{word}")

    assert page["Content-Type"] == "text/html"
    assert problem["Content-Type"] == "application/problem+json"
    assert problem.json()["status"] == 503
    assert page["Retry-After"] == problem["Retry-After"] == "5"
    assert "X-Request-ID" in page.headers


def test_a_body_too_large_is_refused_before_a_transaction_begins(client, word, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

    response = client.post(f"/answer/fine/{word}", {"text": "x" * 101})

    assert response.status_code == 400
    assert evidence_of(word) == []


@pytest.fixture
def _no_evidence(probe):
    """Nobody may append: the least an audit can fail by (fault F26)."""
    right = f'EXECUTE ON FUNCTION audit_append(jsonb) {{}} "{databases.WEB.name}"'
    with databases.owner(probe.database) as owner:
        owner.execute("REVOKE " + right.format("FROM"))
        yield
        owner.execute("GRANT " + right.format("TO"))


@pytest.mark.usefixtures("_no_evidence")
@pytest.mark.parametrize("how", ["fine", "lazy", "conflict", "error", "unseen", "forbidden"])
def test_what_cannot_be_recorded_is_not_answered(client, word, how):
    response = client.post(f"/answer/{how}/{word}")

    assert response.status_code == 503
    assert CANARY.encode() not in response.content
    assert word.encode() not in response.content
    assert not is_kept(word)
