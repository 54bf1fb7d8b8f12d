"""Who is answered what, at every address, about a case they have this or that to do with.

``matrix.csv`` is the declaration. An address that is not in it fails; so does another answer.
``PIERHEAD_MATRIX=write`` writes what is answered now, for a person to read and to commit.

Three referrals are asked about. ``first`` was sent by an officer and taken by an adviser.
``onward`` is that adviser's to a service, accepted. ``ended`` was accepted by another service,
and she took her agreement back.
"""

import os
from collections.abc import Iterator

import pytest
from django.test import Client

from tests import given
from tests.access.routes import Route, declare, declared, routes
from tests.accounts.signing_in import sign_in
from tests.api import systems

WRITES = os.environ.get("PIERHEAD_MATRIX") == "write"
ENDS_THE_SESSION = {"account_logout"}
ABSENT = "PH-99999999"
STAFF = {
    "anonymous": ("first",),
    "officer": ("first", "onward"),  # who sent it
    "colleague": ("first",),  # of the same force
    "supervisor": ("first",),
    "cheshire_officer": ("first",),  # another force
    "adviser": ("first", "onward", "ended"),  # who has it
    "second_adviser": ("first",),  # a colleague who does not
    "duty_manager": ("first", "onward", "ended"),
    "administrator": ("first",),
    "wirral_adviser": ("first", "onward"),  # another service
    "coordinator": ("first",),
    "caseworker": ("first", "onward", "ended"),  # who has the onward one
    "team_lead": ("first", "onward"),
    "other_caseworker": ("first", "onward", "ended"),  # who had the ended one
}


@pytest.fixture
def subjects(people) -> dict[str, str]:
    """By what they are called in the table, the references asked about."""
    first = given.a_taken_referral(people.officer, people.adviser, safe_windows=given.ANY_TIME)
    onward = given.an_onward_referral(first, people.adviser, "rowan")
    given.accepted(onward, people.caseworker)
    ended = given.an_onward_referral(first, people.adviser, "linden")
    given.accepted(ended, people.other_caseworker)
    given.withdrawn(ended, people.adviser)
    return {
        "first": first.reference,
        "onward": onward.reference,
        "ended": ended.reference,
        "absent": ABSENT,
    }


def asked(browser: Client, route: Route, reference: str) -> int:
    """The status of the answer."""
    path = route.filled(reference=reference, of=reference, colleague="0123456789abcdef")
    return int(getattr(browser, route.method)(path).status_code)


def questions(about: tuple[str, ...]) -> Iterator[tuple[Route, str]]:
    """What only shows first, then what acts, and whatever ends the session last."""
    ours = [route for route in routes() if not route.path.startswith("api/")]
    for route in sorted(ours, key=lambda each: (each.method, each.name in ENDS_THE_SESSION)):
        yield from ((route, each) for each in (about if route.is_about_a_referral else ("-",)))


def differences(asker: str, found: dict[tuple[str, str, str], int]) -> list[str]:
    """Where the answers are not what is declared; in writing, there are none."""
    table = declared()
    if WRITES:
        for key, status in found.items():
            table.setdefault(key, {})[asker] = str(status)
        declare(table)
        return []
    return [
        f"{' '.join(key)}: {asker} got {status}, declared is {table.get(key, {}).get(asker)}"
        for key, status in found.items()
        if table.get(key, {}).get(asker) != str(status)
    ]


@pytest.mark.parametrize("asker", STAFF)
def test_staff_are_answered_as_declared(people, subjects, asker):
    browser = Client() if asker == "anonymous" else sign_in(getattr(people, asker))

    found = {
        (route.name, route.method, about): asked(browser, route, subjects.get(about, ""))
        for route, about in questions(STAFF[asker])
    }

    assert differences(asker, found) == []


@pytest.mark.parametrize("asker", ["cheshire_officer", "wirral_adviser", "other_caseworker"])
def test_what_is_not_theirs_is_as_absent(people, subjects, asker):
    """The answer about a case of others is that about one which does not exist."""
    browser = sign_in(getattr(people, asker))

    found = {
        route.name: (asked(browser, route, subjects["first"]), asked(browser, route, ABSENT))
        for route, _ in questions(("first",))
        if route.is_about_a_referral
    }

    assert {name: pair for name, pair in found.items() if pair[0] != pair[1]} == {}


def test_every_address_is_declared_and_nothing_else():
    names = {(route.name, route.method) for route in routes() if not route.path.startswith("api/")}

    theirs = ("api:", "fhir:")
    assert {key[:2] for key in declared() if not key[0].startswith(theirs)} == names


BY_SECRET = {"issue_token", "revoke_token"}
"""These are not asked with a token."""
SYSTEMS = {
    "system_of_sender": ("merseyside-police", ("first",)),
    "system_of_receiver": ("liverpool-idva", ("first", "onward", "ended")),
    "system_of_service": ("rowan", ("first", "onward")),
    "system_of_other": ("wirral-idva", ("first",)),
    "system_that_lost_it": ("linden", ("first", "ended")),
}


def test_systems_are_answered_as_declared(own_database, people, subjects):
    """Each with every scope; and the receiver's with one scope that opens none of it."""
    askers = {name: (systems.system_of(code), about) for name, (code, about) in SYSTEMS.items()}
    narrow = systems.system_of("liverpool-idva", "service:read")
    askers |= {"system_without_scope": (narrow, ("first",))}

    wrong = []
    for asker, (system, about) in askers.items():
        found = {
            (route.name, route.method, each): _asked_by(system, route, subjects.get(each, ""))
            for route in routes()
            if route.path.startswith("api/") and route.name not in BY_SECRET
            for each in (about if route.is_about_a_referral else ("-",))
        }
        wrong += differences(asker, found)
    assert wrong == []


def _asked_by(system, route: Route, reference: str) -> int:
    path = route.filled(reference=reference)
    answer = system.get(path) if route.method == "get" else system.post(path, {})
    return int(answer.status_code)
