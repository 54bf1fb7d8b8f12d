"""A system that runs wild is told to wait; the others, and everybody without Redis, go on."""

import time

import pytest
import time_machine

from api import limiting
from api.limiting import TooManyRequests, counted
from tests.api import systems
from tests.api.systems import problem, system_of

MIDNIGHT = 1_800_000_000.0  # a whole minute


@pytest.fixture(autouse=True)
def ten_a_minute(settings, monkeypatch):
    settings.API_REQUESTS_A_MINUTE = 10
    monkeypatch.setattr("api.limiting._away_until", 0.0)
    limiting.counter.cache_clear()
    with time_machine.travel(time.time() // 60 * 60 + 1, tick=False):  # no minute ends meanwhile
        yield
    limiting.counter.cache_clear()


@pytest.fixture
def system(own_database, people):
    return people.adviser


def test_the_eleventh_request_of_a_minute_is_told_to_wait(system):
    left = [counted(system, now=MIDNIGHT + 18).left for _ in range(10)]

    with pytest.raises(TooManyRequests) as refusal:
        counted(system, now=MIDNIGHT + 18)

    assert left == list(range(9, -1, -1))
    assert refusal.value.wait == 42
    assert counted(system, now=MIDNIGHT + 60).left == 9


def test_one_system_takes_nothing_from_another(system, people):
    for _ in range(10):
        counted(system, now=MIDNIGHT)
    assert counted(people.caseworker, now=MIDNIGHT).left == 9


def test_it_is_said_in_every_answer_and_in_the_refusal(own_database):
    police = systems.police()

    answers = [police.get("referrals/") for _ in range(11)]

    assert [answer.status_code for answer in answers] == [*[200] * 10, 429]
    assert answers[0].headers["RateLimit-Policy"] == '"minute";q=10;w=60'
    assert answers[0].headers["RateLimit"].startswith('"minute";r=9;t=')
    assert answers[10].headers["RateLimit"].startswith('"minute";r=0;t=')
    assert answers[10].headers["Retry-After"] == "59"
    assert problem(answers[10])[:2] == (429, "too-many-requests")
    assert system_of("liverpool-idva").get("referrals/").status_code == 200


def test_a_refusal_of_another_kind_says_it_too(own_database):
    answer = systems.police().get("referrals/?nonsense=1")
    assert (answer.status_code, "RateLimit" in answer.headers) == (400, True)


def test_what_was_refused_did_nothing(settings, own_database):
    police = systems.police()
    for _ in range(10):
        police.get("services/")
    assert police.post("referrals/", systems.body()).status_code == 429
    settings.API_REQUESTS_A_MINUTE = 0
    assert police.get("referrals/?side=referring").json()["results"] == []


def test_with_redis_away_everybody_goes_on_and_it_is_not_asked_for_a_while(
    settings, own_database, caplog
):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    police = systems.police()

    answers = [police.get("referrals/") for _ in range(12)]

    assert {answer.status_code for answer in answers} == {200}
    assert "RateLimit" not in answers[0].headers
    said = [each for each in caplog.messages if "not counted" in each]
    assert said == ["Requests are not counted just now: ConnectionError."]


def test_a_house_may_count_nobody(settings, system):
    settings.API_REQUESTS_A_MINUTE = 0
    assert [counted(system) for _ in range(12)] == [None] * 12
