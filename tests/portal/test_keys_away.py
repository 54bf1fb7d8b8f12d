"""The service that holds the keys is away: a page that says so, and the desk goes on."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from audit.models import AuditEntry
from referrals.models import SealedRecord
from tenancy.work import unit_of_work
from tests import given
from tests.accounts.signing_in import sign_in
from tests.api import systems
from tests.vault.transit_server import KEY, TOKEN, Running, Transit
from vault import making
from vault.keyd import get_keyd
from vault.making import context_of, public_statement
from vault.models import AgencyKey, BlindIndexKey, HouseKey, SigningKey
from vault.providers.chosen import chosen_provider
from visits.actions import refer_after_visit

TABLES = {
    AgencyKey: making.AGENCY,
    BlindIndexKey: making.INDEX,
    SigningKey: making.SIGNING,
    HouseKey: making.HOUSE,
}


@pytest.fixture
def server():
    with Running(Transit()) as running:
        yield running.engine, running.url


@pytest.fixture
def engine(people, server, settings, tmp_path):
    """The whole house's keys, moved from the suite's root to a Transit engine."""
    engine, url = server
    before = chosen_provider()
    token = tmp_path / "token"
    token.write_text(TOKEN)
    settings.ROOT_PROVIDER, settings.ROOT_KEY_FILE = "transit", ""
    settings.TRANSIT_URL, settings.TRANSIT_TOKEN_FILE = url, str(token)
    settings.TRANSIT_KEY = KEY
    after = chosen_provider()
    for rows, purpose in TABLES.items():
        for row in rows.objects.all():
            key = before.unwrap(purpose, context_of(row), bytes(row.wrapped_key))
            row.wrapped_key = after.wrap(purpose, context_of(row), key)
            if isinstance(row, AgencyKey | SigningKey):
                row.signature = after.sign(purpose, public_statement(row))
            row.save()
    get_keyd.cache_clear()
    yield engine
    get_keyd.cache_clear()


def fall_ill(engine):
    engine.status = 500
    get_keyd.cache_clear()  # as if the five minutes were over


def get_well(engine):
    engine.status = 200
    get_keyd.cache_clear()


def test_a_case_shows_no_content_and_the_desk_its_clear_facts(people, engine):
    taken = given.a_taken_referral(people.officer, people.adviser)
    waiting = refer_after_visit(
        given.details(),
        given.consent(),
        by=people.officer,
        visit_ended_at=datetime.now(UTC) - timedelta(hours=2),
    )
    browser = sign_in(people.adviser)
    browser.raise_request_exception = False
    page = reverse("portal:case_details", args=[taken.reference])
    assert "Nyström" in browser.get(page).content.decode()

    fall_ill(engine)
    answer = browser.get(page)

    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "Cases cannot be opened just now" in answer.content.decode()
    assert "Nyström" not in answer.content.decode()
    assert "Traceback" not in answer.content.decode()
    desk = browser.get(reverse("portal:duty_desk"))
    assert desk.status_code == 200
    assert waiting.reference in desk.content.decode()
    assert ("case.open", "refused", "KeyServiceAway") in entries(people.adviser, taken)

    get_well(engine)
    assert "Nyström" in browser.get(page).content.decode()


def test_what_is_written_meanwhile_is_not_half_saved(people, engine):
    taken = given.a_taken_referral(people.officer, people.adviser)
    browser = sign_in(people.adviser)
    browser.raise_request_exception = False
    before = SealedRecord.objects.count()
    note = reverse("portal:add_note", args=[taken.reference])

    fall_ill(engine)
    assert browser.post(note, {"text": "She rang."}).status_code == 503

    assert SealedRecord.objects.count() == before
    get_well(engine)
    assert browser.post(note, {"text": "She rang."}).status_code == 303


def test_a_system_gets_a_problem_document(people, engine):
    sent = given.a_sent_referral(people.officer)
    police = systems.police()
    assert police.get(f"referrals/{sent.reference}/case/").status_code == 200

    fall_ill(engine)
    answer = police.get(f"referrals/{sent.reference}/case/")

    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content)["status"] == 503
    assert police.get(f"referrals/{sent.reference}/").status_code == 200


def entries(member, referral):
    with unit_of_work(member.context):
        lines = AuditEntry.objects.filter(object_id=referral.reference)
        return [(line.action, line.decision, line.reason) for line in lines]
