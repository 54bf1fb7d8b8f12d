"""How many statements a request takes, from the token to the evidence, whatever the page's size."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api import systems
from tests.api.systems import body, system_of

MOST = {"list": 6, "read": 8, "create": 23}
"""A create keeps the rules of safe contact beside the case with one statement of its own, and keeps
out of it whoever knows somebody in it with another."""
BOUNDARIES = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@pytest.fixture
def records(own_database, people):
    """A force's system whose process has its keys in memory."""
    system = systems.police()
    system.post("referrals/", body())
    system.get("referrals/?page_size=1")
    return system


def statements(request):
    with CaptureQueriesContext(connection) as captured:
        answer = request()
    assert answer.status_code < 300, answer.content
    texts = [query["sql"] for query in captured.captured_queries]
    return [text for text in texts if not text.startswith(BOUNDARIES)]


@pytest.mark.parametrize("page_size", [1, 3, 100])
@pytest.mark.parametrize("side", ["referring", "receiving"])
def test_a_list_takes_as_many_whatever_its_size(records, side, page_size):
    desk = system_of("liverpool-idva")
    for _ in range(4):
        records.post("referrals/", body())
    asker = records if side == "referring" else desk

    taken = statements(lambda: asker.get(f"referrals/?side={side}&page_size={page_size}"))

    assert len(taken) <= MOST["list"], "\n".join(taken)


def test_the_desks_list_takes_no_more(records):
    desk = system_of("liverpool-idva")

    taken = statements(lambda: desk.get("follow-ups/"))

    assert len(taken) <= MOST["list"], "\n".join(taken)


@pytest.mark.parametrize("part", ["", "case/"])
def test_reading_one(records, part):
    reference = records.post("referrals/", body()).json()["reference"]
    records.get(f"referrals/{reference}/{part}")

    taken = statements(lambda: records.get(f"referrals/{reference}/{part}"))

    assert len(taken) <= MOST["read"], "\n".join(taken)


def test_making_one(records):
    asked = body()

    taken = statements(lambda: records.post("referrals/", asked))

    assert len(taken) <= MOST["create"], "\n".join(f"{sql[:150]}" for sql in taken)


def test_a_next_page_takes_no_more_than_the_first(records):
    records.post("referrals/", body())
    following = records.get("referrals/?page_size=1").json()["next"]

    path = following.removeprefix("http://testserver/api/v1/")
    taken = statements(lambda: records.get(path))

    assert len(taken) <= MOST["list"], "\n".join(taken)
