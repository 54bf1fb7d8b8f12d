"""Every address leaves the entry that it is to leave, once, also when it refuses (case F01)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver

from accounts.actions import clients, joining, leaving
from accounts.roles import Role
from audit.models import AuditEntry
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases, given
from tests.accounts.signing_in import post_code, post_password, sign_in
from tests.api import systems
from tests.audit.routes import DEEDS, READS, SILENT, STANDING
from tests.test_repository import SOURCES
from tests.world import PASSWORD, People
from visits import actions

ANYBODY = ("adviser", "duty_manager", "caseworker", "officer", "administrator")


def routes(resolver=None, name="", path=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        here = path + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            room = "" if pattern.namespace in {None, "portal"} else f"{pattern.namespace}:"
            yield from routes(pattern, name + room, here)
        else:
            yield name + pattern.name, here


ROUTES = dict(routes())


def test_every_address_says_which_entry_it_leaves():
    declared = [*READS, *STANDING, *DEEDS, *SILENT]

    assert sorted(ROUTES) == sorted(declared)


class Evidence:
    """The entries that appeared since one last looked, in every chain, without second copies."""

    def __init__(self):
        self.known = set()
        self.new()

    def new(self):
        with databases.as_owner(), unit_of_work(Context.migration()):
            found = AuditEntry.objects.order_by("agency_id", "seq")
            fresh = [each for each in found if (each.agency_id, each.seq) not in self.known]
        self.known |= {(each.agency_id, each.seq) for each in fresh}
        return fresh


@pytest.fixture(scope="module")
def world(house):
    """A case that is taken, and a referral of it that waits at a service; who may look at what."""
    people = People()
    sent = actions.refer_after_visit(
        given.details(safe_windows=given.ANY_TIME),
        given.consent(),
        by=people.officer,
        visit_ended_at=datetime.now(UTC) - timedelta(hours=2),
    )
    taken = actions.take(sent.reference, by=people.adviser)
    onward = given.an_onward_referral(taken, people.adviser, "rowan")
    browsers = {who: sign_in(getattr(people, who)) for who in ANYBODY}
    return people, taken, onward, browsers, Evidence()


def address(name, taken, onward, who):
    reference = onward.reference if who == "caseworker" else taken.reference
    return "/" + re.sub(r"<reference:\w+>", reference, ROUTES[name])


def entries(fresh):
    return [(each.action, each.decision) for each in fresh]


@pytest.mark.parametrize("name", READS)
def test_a_look_leaves_its_entry_once_whoever_looks_and_a_refusal_leaves_one_too(world, name):
    """Tried by five people, of whom at least one may: the others are the refusals."""
    people, taken, onward, browsers, evidence = world
    was_shown = 0
    for who in ANYBODY:
        answer = browsers[who].get(address(name, taken, onward, who))
        fresh = evidence.new()
        if answer.status_code == 200:
            was_shown += 1
            assert entries(fresh) == [(action, "allowed") for action in READS[name]], who
        elif answer.status_code in {403, 404, 409}:
            assert {each.decision for each in fresh} == {"refused"}, who
            assert len(fresh) <= len(READS[name]), who
        for each in fresh:
            assert each.actor == str(getattr(people, who).pk)
            assert each.object_type or each.action.startswith("list."), each
            assert each.request_id
    assert was_shown >= 1


def is_plain(name):
    """A page of staff whose address names a referral or nothing."""
    return "<" not in re.sub(r"<reference:\w+>", "", ROUTES[name]) and not name.startswith(
        ("api:", "fhir:", "account", "mfa", "issue", "revoke")
    )


CLOSED_TO_THE_POLICE = sorted({*filter(is_plain, [*DEEDS, *STANDING])} - {"new_referral"})


@pytest.mark.parametrize("name", CLOSED_TO_THE_POLICE)
def test_a_deed_that_is_not_theirs_leaves_one_refusal(world, name):
    """By an officer of the police, to whom all of this is closed, as it is now or for ever."""
    people, taken, onward, browsers, evidence = world
    evidence.new()

    answer = browsers["officer"].post(address(name, taken, onward, "officer"))

    (entry,) = evidence.new() if answer.status_code in {403, 404, 409} else [None]
    assert entry is None or (entry.decision, entry.actor) == ("refused", str(people.officer.pk))
    assert entry or answer.status_code in {200, 303, 405}


@pytest.mark.parametrize("action", sorted({*DEEDS.values(), *STANDING.values()}))
def test_an_entry_that_is_declared_is_one_the_house_records(action):
    """By its whole name, or by a name that is put together from two words."""
    source = "".join(path.read_text() for path in SOURCES if "tests" not in path.parts)
    room, _, deed = action.partition(".")

    is_whole = f'"{action}"' in source
    assert is_whole or (f'f"{room}.{{' in source and f'"{deed}"' in source)


def test_what_the_operator_does_is_on_record_in_the_agencys_chain(world):
    people, *_, evidence = world
    agency = people.adviser.agency
    with databases.as_owner():
        joined = joining.join(agency, email="new@example.org", name="New One", role=Role.ADVISER)
        user = joined.membership.user
        joining.change_role(user, agency, role=Role.DUTY_MANAGER)
        leaving.leave(user, agency)
        made = clients.add_client(agency, title="Case system", scopes=["referral:read"])
        leaving.retire(made.membership)

    ours = [each for each in evidence.new() if each.agency_id == agency.pk]
    assert [(each.action, each.reason) for each in ours] == [
        ("join", "adviser"),
        ("change_role", "duty_manager"),
        ("leave", ""),
        ("add_client", "referral:read"),
        ("retire_client", ""),
    ]
    assert {(each.actor_role, each.decision) for each in ours} == {("migration", "allowed")}


def test_a_list_names_what_it_showed_and_an_empty_one_that_it_was_empty(world):
    _people, taken, onward, browsers, evidence = world

    shown = {}
    for who, name in (
        ("adviser", "my_cases"),
        ("caseworker", "inbox"),
        ("officer", "my_referrals"),
    ):
        browsers[who].get("/" + ROUTES[name])
        (entry,) = evidence.new()
        shown[name] = (entry.object_type, entry.object_id)
    browsers["adviser"].get("/" + ROUTES["inbox_declined"])
    (empty,) = evidence.new()

    assert shown == {
        "my_cases": ("referrals", taken.reference),
        "inbox": ("referrals", onward.reference),
        "my_referrals": ("referrals", taken.reference),
    }
    assert (empty.action, empty.object_type, empty.object_id) == ("list.inbox", "referrals", "")


def test_an_address_that_leads_nowhere_is_nobodys_refusal(world):
    *_, browsers, evidence = world

    assert browsers["adviser"].get("/nowhere/").status_code == 404
    assert browsers["adviser"].get("/cases/PH-22222222/").status_code == 404

    (entry,) = evidence.new()
    assert (entry.action, entry.object_id, entry.decision) == (
        "case.open",
        "PH-22222222",
        "refused",
    )


def test_signing_in_and_out_and_failing_to_leave_one_entry_each(world):
    people, *_, evidence = world
    browser, member = Client(), people.second_adviser

    post_password(browser, member.user.email, "a wrong passphrase, and long")
    (failed,) = evidence.new()
    sign_in(member, browser)
    signed_in = evidence.new()
    post_password(Client(), member.user.email, PASSWORD)
    assert evidence.new() == []
    late = Client()
    post_password(late, member.user.email)
    post_code(late, "000000")
    (wrong_code,) = evidence.new()
    browser.post("/sign-out/")
    (signed_out,) = evidence.new()

    told = (failed.action, failed.decision, failed.object_type, failed.object_id, failed.reason)
    assert told == ("sign_in", "refused", "user", str(member.user.pk), "password")
    assert entries(signed_in) == [("second_factor", "allowed"), ("sign_in", "allowed")]
    assert (wrong_code.action, wrong_code.decision) == ("second_factor", "refused")
    assert (signed_out.action, signed_out.decision) == ("sign_out", "allowed")


def test_a_system_leaves_its_entries_and_one_for_what_it_may_not(world):
    *_, evidence = world
    system = systems.system_of("liverpool-idva", "referral:read followup:read event:read")
    evidence.new()
    _people, taken, *_ = world

    left = {}
    for path in ("referrals/", f"referrals/{taken.reference}/", "follow-ups/", "events/"):
        assert system.get(path).status_code == 200
        left[path] = entries(evidence.new())
    refused = system.get(f"referrals/{taken.reference}/case/")
    (refusal,) = evidence.new()
    absent = system.get("referrals/PH-22222222/")
    (nothing,) = evidence.new()

    assert list(left.values()) == [
        [("list.referrals", "allowed")],
        [("referral.see", "allowed")],
        [("list.follow_ups", "allowed")],
        [("list.events", "allowed")],
    ]
    assert (refused.status_code, refusal.action, refusal.decision) == (
        403,
        "page.referral-case",
        "refused",
    )
    assert (absent.status_code, nothing.action, nothing.decision) == (
        404,
        "referral.see",
        "refused",
    )
    assert refusal.actor_role == "client"


def test_keys_that_are_given_and_taken_are_on_record_with_their_parts(world):
    people, *_, evidence = world
    sent = given.a_sent_referral(people.officer)
    made = [each for each in evidence.new() if each.action.startswith("key.")]
    given.accepted(sent, people.adviser)
    passed = [each for each in evidence.new() if each.action.startswith("key.")]
    onward = given.an_onward_referral(sent, people.adviser, "linden")
    given.accepted(onward, people.other_caseworker)
    evidence.new()
    given.withdrawn(onward, people.adviser)
    taken_away = {(e.action, e.agency_id) for e in evidence.new() if e.action.startswith("key.")}

    idva, police = people.adviser.agency_id, people.officer.agency_id
    linden = people.other_caseworker.agency_id
    (first,) = made
    assert (first.action, first.agency_id, first.object_type) == ("key.grant", police, "case")
    assert {(each.action, each.agency_id) for each in passed} == {
        ("key.grant", idva),
        ("key.grant", police),
    }
    assert "identity" in passed[0].compartments
    assert ("key.remove", linden) in taken_away
    assert ("key.remove", idva) in taken_away
