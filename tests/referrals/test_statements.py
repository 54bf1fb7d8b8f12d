"""How many statements the common acts take: more of them is more waiting on a busy day."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from referrals import actions
from referrals.reading import open_case, see
from tenancy.work import unit_of_work
from tests import given
from vault.keyd import get_keyd


def statements(member, act):
    """What an act asks inside a door's work, which has its context and pays its evidence."""
    get_keyd.cache_clear()
    act()  # its keys are remembered from here on
    with unit_of_work(member.context), CaptureQueriesContext(connection) as captured:
        act()
        found = [query["sql"] for query in captured.captured_queries]
    return [sql[:110] for sql in found if "SAVEPOINT" not in sql]


@pytest.mark.parametrize(("act", "most"), [("refer", 19), ("open", 5), ("see", 1)])
def test_act_takes_few_statements(people, act, most):
    officer, adviser = people.officer, people.adviser
    route = given.route()
    taken = given.a_taken_referral(officer, adviser)
    acts = {
        "refer": (
            officer,
            lambda: actions.refer(given.details(), given.consent(), route, by=officer),
        ),
        "open": (adviser, lambda: open_case(taken.reference, by=adviser)),
        "see": (adviser, lambda: see(taken.reference, by=adviser)),
    }

    found = statements(*acts[act])

    assert len(found) <= most, "\n".join(found)


def test_open_takes_as_many_statements_for_many_records_as_for_few(people):
    adviser = people.adviser
    taken = given.a_taken_referral(people.officer, adviser)
    few = statements(adviser, lambda: open_case(taken.reference, by=adviser))

    for number in range(5):
        actions.add_note(taken.reference, by=adviser, text=f"Note {number}")

    assert len(statements(adviser, lambda: open_case(taken.reference, by=adviser))) == len(few)
