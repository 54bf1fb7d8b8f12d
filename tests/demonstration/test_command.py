"""``manage.py demo``: once, alone, never in production, and what it writes down."""

import base64
import importlib
import json
import stat
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import AgencyKind, Membership
from accounts.roles import Role
from demonstration.agencies import AGENCIES, DESKS
from demonstration.batches import Batch, tell_all
from demonstration.loading import alone
from demonstration.numbering import References, first_reference
from demonstration.progress import Progress
from demonstration.staff import STAFF
from demonstration.world import World
from referrals.models import Case, Referral, ReferralEvent
from referrals.references import is_reference
from tests import databases
from tests.accounts.signing_in import code_of, post_code, post_password
from tests.demonstration.conftest import at_the_owners, demo

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def written() -> dict:
    return json.loads(settings.DEMONSTRATION_FILE.read_text())


def test_demo_once_does_nothing_but_say_so_when_it_is_there(founded):
    settings.DEMONSTRATION_FILE.unlink()
    out = StringIO()

    with databases.as_owner():
        call_command("demo", "--once", stdout=out)

    assert "there already" in out.getvalue()
    assert settings.DEMONSTRATION_FILE.exists()
    with at_the_owners():
        assert not Case.objects.exists()


def test_demo_is_refused_where_real_cases_are_kept(founded, settings):
    settings.DEMONSTRATION = False

    with pytest.raises(CommandError, match="real people"):
        demo()


def test_demo_is_no_part_of_production(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "pierhead.example")
    production = importlib.import_module("config.settings.production")

    assert "demonstration" not in production.INSTALLED_APPS
    assert production.DEMONSTRATION is False


def test_demo_is_refused_while_another_runs(founded):
    with databases.as_owner(), alone(), pytest.raises(CommandError, match="already"):
        call_command("demo", "--cases", "5")

    with at_the_owners():
        assert not Case.objects.exists()


@pytest.mark.parametrize(
    "options", [("--cases", "-1"), ("--cases", "9999999"), ("--seed", "-3"), ("--processes", "0")]
)
def test_demo_refuses_nonsense(founded, options):
    with databases.as_owner(), pytest.raises(CommandError, match=options[0]):
        call_command("demo", *options)


def test_demo_refuses_a_house_with_agencies_of_these_names(own_database):
    with pytest.raises(CommandError, match="already an agency"):
        demo()


def test_demo_saves_a_batch_wholly_or_not_at_all(founded, monkeypatch):
    def fails(*_args, **_more):
        raise ZeroDivisionError

    monkeypatch.setattr("demonstration.batches.record", fails)

    with pytest.raises(ZeroDivisionError):
        demo("--cases", "3")

    with at_the_owners():
        assert not Case.objects.exists()


def test_demo_loads_on_several_processes(empty, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", databases.owner_url_of(empty))
    monkeypatch.setenv("ROOT_KEY_FILE", settings.ROOT_KEY_FILE)
    monkeypatch.setattr("demonstration.loading.SIZE", 12)
    monkeypatch.setattr("demonstration.loading.WORTH_A_PROCESS", 1)

    with databases.as_owner():
        call_command("demo", "--cases", "30", "--processes", "2")

    with at_the_owners():
        assert Case.objects.count() == 30


def test_file_is_for_its_owner_alone_and_says_what_scripts_need(founded):
    demo("--once")

    found = written()

    assert stat.S_IMODE(settings.DEMONSTRATION_FILE.stat().st_mode) == 0o600
    assert set(found) == {"url", "accounts", "api_clients", "example_referral"}
    assert found["url"] == "http://localhost:8000"
    assert set(found["accounts"][0]) == {"role", "agency", "email", "password", "totp_secret"}
    assert set(found["api_clients"][0]) == {
        "agency", "client_id", "client_secret", "scopes", "token_url",
    }  # fmt: skip


def test_every_person_of_the_file_is_a_member(founded):
    with at_the_owners():
        emails = set(Membership.objects.exclude(user=None).values_list("user__email", flat=True))

    assert {account["email"] for account in written()["accounts"]} == emails


def test_there_is_an_account_for_every_role_of_every_kind_of_agency():
    kinds = {new.code: new.kind for new in AGENCIES}

    there = {(kinds[new.agency], new.role) for new in STAFF}

    leads = {
        AgencyKind.POLICE: {Role.OFFICER, Role.SUPERVISOR, Role.ANALYST},
        AgencyKind.IDVA: {Role.ADVISER, Role.DUTY_MANAGER, Role.ANALYST},
        AgencyKind.SERVICE: {Role.CASEWORKER, Role.TEAM_LEAD, Role.ANALYST},
        AgencyKind.COUNCIL: {Role.CASEWORKER, Role.TEAM_LEAD},
        AgencyKind.HEALTH: {Role.CASEWORKER, Role.TEAM_LEAD},
        AgencyKind.HUB: {Role.CASEWORKER, Role.TEAM_LEAD, Role.ANALYST},
        AgencyKind.COORDINATOR: {Role.COORDINATOR, Role.ANALYST},
        AgencyKind.STRATEGIC: {Role.ANALYST},
    }
    wanted = {(kind, role) for kind, roles in leads.items() for role in roles}
    assert there == wanted | {(kind, Role.ADMINISTRATOR) for kind in AgencyKind}
    assert set(DESKS.values()) <= set(kinds)


def test_officer_of_the_file_signs_in(founded):
    account, browser = written()["accounts"][0], Client()

    post_password(browser, account["email"], account["password"])
    answer = post_code(browser, code_of(account["totp_secret"]))

    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_example_referral_is_sent_by_the_client_of_the_file(founded):
    found = written()
    client, browser = found["api_clients"][0], Client()
    basic = base64.b64encode(f"{client['client_id']}:{client['client_secret']}".encode()).decode()
    form = {"grant_type": "client_credentials", "scope": " ".join(client["scopes"])}
    token = browser.post("/api/v1/token/", form, headers={"Authorization": f"Basic {basic}"}).json()

    answer = browser.post(
        "/api/v1/referrals/",
        found["example_referral"],
        content_type="application/json",
        headers={
            "Authorization": f"Bearer {token['access_token']}",
            "Idempotency-Key": "the-example-of-the-file",
        },
    )

    assert answer.status_code == 201, answer.content.decode()
    assert answer.json()["receiving_agency"] == "liverpool-idva"
    with at_the_owners():
        Referral.objects.get(reference=answer.json()["reference"])


def test_telling_again_gives_the_same_references_people_and_events(founded):
    with databases.as_owner():
        world = World.read()

    first, second = (tell_all(Batch(1, range(30, 75), NOON), world) for _ in range(2))

    assert [_of(tale) for tale in first] == [_of(tale) for tale in second]


def _of(tale) -> list[object]:
    events = [(event["move"], event["at"]) for event in tale.book.rows[ReferralEvent]]
    return [tale.referral.reference, tale.referral.status, tale.who, tale.book.documents, events]


def test_references_are_well_formed_and_nobody_elses():
    made = {first_reference(seed, number) for seed in range(3) for number in range(2000)}

    assert len(made) == 6000
    assert all(is_reference(reference) for reference in made)
    assert References(1, 5).next() == first_reference(1, 5)


def test_progress_says_a_line_a_tenth_and_draws_a_bar_on_a_terminal():
    log, terminal = StringIO(), StringIO()
    terminal.isatty = lambda: True

    for out in (log, terminal):
        progress = Progress(40, out)
        for _ in range(40):
            progress.advance(1, 1)
        progress.end()

    assert log.getvalue().count("\n") == 10
    assert terminal.getvalue().count("\r") == 40
    assert "█" * 30 in terminal.getvalue()
