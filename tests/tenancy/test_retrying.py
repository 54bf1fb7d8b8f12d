"""Lost races are run again, body and all, until the third is lost (fault F20)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client

from tenancy.work import unit_of_work
from tests.tenancy import views
from tests.tenancy.conftest import add
from tests.tenancy.test_request_transaction import evidence_of, is_kept

pytestmark = [pytest.mark.urls("tests.tenancy.urls"), pytest.mark.usefixtures("probe")]

BODIES = {
    "json": ({"note": "ünïcode"}, "application/json"),
    "form": ("note=%C3%BCn%C3%AFcode", "application/x-www-form-urlencoded"),
}


def post(path, body="", kind="text/plain"):
    try:
        return Client(raise_request_exception=False).post(path, body, content_type=kind)
    finally:
        connections.close_all()


@pytest.fixture(scope="module")
def _two_words(probe):
    with unit_of_work(views.ASKER):
        add("left")
        add("right")


@pytest.mark.usefixtures("_two_words")
@pytest.mark.parametrize("kind", BODIES)
def test_a_real_deadlock_is_run_again_with_its_body_and_nobody_notices(kind):
    meeting = uuid4().hex
    views.meetings[meeting] = threading.Barrier(2)
    ways = [f"/lock/{meeting}/left/right", f"/lock/{meeting}/right/left"]

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda path: post(path, *BODIES[kind]), ways))

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.json() for answer in answers] == [{"note": "ünïcode"}] * 2
    assert views.TRIES.count(meeting) == 3  # two, and the victim's second
    assert evidence_of(meeting) == [("probe", "allowed", "")] * 2


@pytest.mark.parametrize("state", ["40001", "40P01"])
@pytest.mark.parametrize("kind", BODIES)
def test_two_lost_races_are_forgiven(state, kind):
    word = uuid4().hex

    response = post(f"/lose/{state}/2/{word}", *BODIES[kind])

    assert (response.status_code, response.json()) == (200, {"note": "ünïcode"})
    assert views.TRIES.count(word) == 3
    assert is_kept(word)
    assert evidence_of(word) == [("probe", "allowed", "")]


def test_an_uploaded_file_is_whole_on_the_second_try():
    word = uuid4().hex
    form = {"note": "with a file", "file": SimpleUploadedFile("a.txt", b"whole")}

    response = Client(raise_request_exception=False).post(f"/lose/40001/1/{word}", form)

    assert response.json() == {"note": "with a file", "file": "whole"}


def test_the_third_lost_race_is_the_last():
    word = uuid4().hex

    response = post(f"/lose/40001/3/{word}")

    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert views.TRIES.count(word) == 3
    assert not is_kept(word)
    assert evidence_of(word) == []


def test_another_failure_is_not_run_again():
    word = uuid4().hex

    response = post(f"/lose/55P03/1/{word}")

    assert response.status_code == 503
    assert views.TRIES.count(word) == 1
    assert not is_kept(word)
