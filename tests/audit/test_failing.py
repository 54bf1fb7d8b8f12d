"""What cannot be recorded is not shown, and what did not happen is not recorded as done."""

from contextlib import contextmanager

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from tenancy.work import unit_of_work
from tests import databases, given
from tests.accounts.signing_in import sign_in
from tests.api import systems

CANARIES = ("Nyström", "Threatened at home", "With a friend", "07700 900461")
APPEND = f'EXECUTE ON FUNCTION audit_append(jsonb) {{}} "{databases.WEB.name}"'
AT_ONCE = (
    "ALTER TABLE referrals_sealedrecord ADD CONSTRAINT broken CHECK (false) NOT VALID",
    "ALTER TABLE referrals_sealedrecord DROP CONSTRAINT broken",
)
AT_THE_COMMIT = (
    """
    CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'broken' USING ERRCODE = 'check_violation'; END $$;
    CREATE CONSTRAINT TRIGGER broken AFTER INSERT ON referrals_sealedrecord
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION broken()
    """,
    "DROP TRIGGER broken ON referrals_sealedrecord; DROP FUNCTION broken()",
)


@pytest.fixture
def taken(own_database, people):
    return given.a_taken_referral(people.officer, people.adviser, safe_windows=given.ANY_TIME)


def browser_of(member):
    return sign_in(member, Client(raise_request_exception=False))


@contextmanager
def unrecordable(house):
    """A web role that can read, and cannot append."""
    with databases.owner(house) as owner:
        owner.execute("REVOKE " + APPEND.format("FROM"))
        try:
            yield
        finally:
            owner.execute("GRANT " + APPEND.format("TO"))


@contextmanager
def broken(house, how):
    """A table that takes no row, at once or when all is done."""
    with databases.owner(house) as owner:
        owner.execute(how[0])
        try:
            yield
        finally:
            owner.execute(how[1])


@pytest.mark.parametrize(
    ("page", "method"),
    [
        ("case", "get"),
        ("case_details", "get"),
        ("case_looked", "get"),
        ("case_seen", "get"),
        ("case_seen_print", "get"),
        ("how_to_reach", "get"),
        ("case_number", "post"),
    ],
)
def test_a_page_that_cannot_be_recorded_does_not_leave(own_database, people, taken, page, method):
    browser, address = browser_of(people.adviser), reverse(f"portal:{page}", args=[taken.reference])
    ask = getattr(browser, method)
    fine = ask(address)

    with unrecordable(own_database):
        answer = ask(address)

    again = ask(address)
    assert (fine.status_code, again.status_code) == (200, 200)
    assert any(word in fine.content.decode() for word in (*CANARIES, "Merseyside Police"))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    said = answer.content.decode()
    assert [word for word in (*CANARIES, taken.reference, "audit") if word in said] == []


@pytest.mark.parametrize("name", ["duty_desk", "my_cases", "visits_print", "evidence"])
def test_a_list_that_cannot_be_recorded_does_not_leave(own_database, people, taken, name):
    browser = browser_of(people.duty_manager)
    assert browser.get(reverse(f"portal:{name}")).status_code == 200

    with unrecordable(own_database):
        answer = browser.get(reverse(f"portal:{name}"))

    assert (answer.status_code, taken.reference in answer.content.decode()) == (503, False)


def test_a_system_is_told_nothing_that_cannot_be_recorded(own_database, people, taken):
    system = systems.system_of("liverpool-idva")
    fine = system.get(f"referrals/{taken.reference}/case/")
    assert (fine.status_code, "Nyström" in fine.content.decode()) == (200, True)

    with unrecordable(own_database):
        answer = system.get(f"referrals/{taken.reference}/case/")

    assert answer.status_code == 503
    assert [word for word in CANARIES if word in answer.content.decode()] == []


def done(member, action):
    with unit_of_work(member.context):
        entries = AuditEntry.objects.filter(action=action).order_by("seq")
        return list(entries.values_list("decision", "reason"))


@pytest.mark.parametrize(
    ("how", "status"), [(AT_ONCE, 500), (AT_THE_COMMIT, 503)], ids=["at once", "at the commit"]
)
def test_what_was_rolled_back_is_recorded_as_failed_and_not_as_done(
    own_database, people, taken, how, status
):
    browser = browser_of(people.adviser)
    address = reverse("portal:add_note", args=[taken.reference])

    with broken(own_database, how):
        answer = browser.post(address, {"text": "Called back."})
    assert answer.status_code == status
    assert done(people.adviser, "case.note") == [("refused", "IntegrityError")]

    assert browser.post(address, {"text": "Called back."}).status_code == 303
    assert done(people.adviser, "case.note") == [("refused", "IntegrityError"), ("allowed", "")]


def test_an_acceptance_that_was_rolled_back_gave_no_key_on_record(own_database, people):
    sent = given.a_sent_referral(people.officer)
    browser = browser_of(people.adviser)
    address = reverse("portal:take", args=[sent.reference])
    failing = (how.replace("referrals_sealedrecord", "referrals_bundle") for how in AT_THE_COMMIT)

    with broken(own_database, tuple(failing)):
        assert browser.post(address).status_code == 503
    given_before = done(people.adviser, "key.grant")
    assert {decision for decision, _ in given_before} == {"refused"}
    assert {decision for decision, _ in done(people.adviser, "referral.accept")} == {"refused"}

    assert browser.post(address).status_code == 303
    assert done(people.adviser, "key.grant") == [*given_before, ("allowed", "")]
