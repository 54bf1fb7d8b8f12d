"""Webhooks: told at once, once, in order, and signed; what does not answer keeps nobody waiting."""

import base64
import json
import socket
import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from accounts.errors import NotDone
from events import hooking
from events.kinds import EventKind
from events.models import Call, Hook
from events.outbox import tell_systems
from events.sweeping import TRIED_FOR
from notices import webhooks
from notices.models import Notice
from tenancy.work import unit_of_work
from tests import given
from tests.events.conftest import a_system, administrator_of, said, sweep
from tests.oversight.receiver import receiving
from tests.referrals.conftest import as_owner

LATER = timedelta(hours=2)


def happens(member, *references):
    """So many things in the member's agency, one after the other."""
    for reference in references:
        with unit_of_work(member.context):
            told = {"reference": reference, "at": timezone.now()}
            tell_systems([member.agency_id], EventKind.SENT, **told)


def owed(member):
    with unit_of_work(member.context):
        return list(Call.objects.order_by("number", "owed_at"))


# ---- what goes out


def test_a_receiver_is_told_and_checks_it_with_the_library(hooked, people, receiver):
    taken = given.a_taken_referral(people.officer, people.adviser)

    assert sweep() == 2

    (_, body), head = receiver.got[0], receiver.heads[0]
    told = Webhook(hooked.shared).verify(body, head)
    assert told == json.loads(body)
    assert set(told) == {"id", "type", "reference", "occurred_at"}
    assert (told["type"], told["reference"]) == ("referral.sent", taken.reference)
    with pytest.raises(WebhookVerificationError):
        Webhook(hooked.shared).verify(body.replace(b"sent", b"sold"), head)


def test_it_is_signed_for_whoever_keeps_no_secret_too(hooked, people, receiver):
    happens(people.adviser, "PH-A")
    sweep()

    (_, body), head = receiver.got[0], receiver.heads[0]
    parts = dict(each.split(",") for each in head["webhook-signature"].split(" "))
    key = Ed25519PublicKey.from_public_bytes(
        base64.b64decode(hooked.public_key.removeprefix("whpk_"))
    )
    signed = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode() + body
    key.verify(base64.b64decode(parts["v1a"]), signed)
    with pytest.raises(InvalidSignature):
        key.verify(base64.b64decode(parts["v1a"]), signed + b" ")


def test_a_call_has_the_id_of_the_event_in_the_feed(hooked, people, receiver):
    happens(people.adviser, "PH-A")
    sweep()

    with unit_of_work(people.adviser.context):
        assert json.loads(receiver.got[0][1])["id"] == str(owed(people.adviser)[0].event_id)


def test_what_was_told_is_not_told_again(hooked, people, receiver):
    happens(people.adviser, "PH-A")
    sweep()
    sweep(LATER)

    assert said(receiver) == [("referral.sent", "PH-A")]


def test_nothing_personal_is_in_a_call_and_another_agency_is_told_nothing(hooked, people, receiver):
    given.a_sent_referral(people.officer)
    sweep()

    bodies = b"".join(body for _, body in receiver.got).decode()
    for document in given.DOCUMENTS.values():
        assert not any(value in bodies for value in document.values() if len(value) > 3)


# ---- what goes wrong


def test_what_is_not_taken_is_tried_again_under_the_same_id_and_a_new_time(
    hooked, people, receiver
):
    """F14 for a reset, and any other failure: at least once, and known as the same."""
    receiver.status = 500
    happens(people.adviser, "PH-A")
    assert sweep() == 0
    receiver.status = 204
    later = timedelta(seconds=31)

    with time_machine.travel(datetime.now(UTC) + later):
        assert sweep(later) == 1

    first, second = receiver.heads
    assert first["webhook-id"] == second["webhook-id"]
    assert first["webhook-timestamp"] < second["webhook-timestamp"]
    Webhook(hooked.shared).verify(receiver.got[1][1], second)


def test_events_of_one_case_keep_their_order_and_another_case_goes_on(hooked, people, receiver):
    happens(people.adviser, "PH-A", "PH-A", "PH-B")
    receiver.status = 500
    sweep()
    receiver.status = 204
    sweep(timedelta(minutes=6))

    told = [reference for _, reference in said(receiver)]
    ids = [json.loads(body)["id"] for _, body in receiver.got]
    first, second, _ = [str(call.event_id) for call in owed(people.adviser)]
    assert told.count("PH-B") >= 1
    assert ids.index(second) > len(ids) - 1 - ids[::-1].index(first)


def test_what_was_to_be_told_before_a_withdrawal_is_not_told_after_it(hooked, people, receiver):
    """E19: a late try that would arrive after the withdrawal is dropped."""
    receiver.status = 500
    sent = given.a_sent_referral(people.officer)
    sweep()
    given.withdrawn(sent, people.officer)
    receiver.status = 204
    receiver.got.clear()

    assert sweep(timedelta(minutes=6)) == 1

    assert said(receiver) == [("referral.withdrawn", sent.reference)]


def test_a_webhook_that_does_not_answer_leaves_the_others_alone(
    hooked, people, receiver, monkeypatch
):
    """F13 and F15: one hangs, another is told in the same turn; what was missed comes later."""
    monkeypatch.setattr(webhooks, "SECONDS", 0.5)
    silent = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
    rowan = a_system("rowan").membership
    hooking.add_hook(rowan, address=address, by=_admin_for("rowan"))
    happens(people.caseworker, "PH-X")
    happens(people.adviser, "PH-A")

    assert sweep() == 1

    assert said(receiver) == [("referral.sent", "PH-A")]
    call = owed(people.caseworker)[0]
    assert (call.sent_at, call.parked_at, call.last_answer) == (None, None, "TimeoutError")
    silent.close()


def _admin_for(code):
    """An administrator of an agency that the world gave none."""
    rows = as_owner("SELECT id FROM accounts_agency WHERE code = %s", code)
    as_owner(
        "INSERT INTO accounts_user (email, name, password, is_active, joined_at, session_epoch,"
        " last_totp_counter) VALUES ('it@rowan.example.org', 'Ines Tovey', 'x', true, now(), 0, 0)"
    )
    as_owner(
        "INSERT INTO accounts_membership (user_id, agency_id, role, title, started_at)"
        " SELECT id, %s, 'administrator', '', now() FROM accounts_user"
        " WHERE email = 'it@rowan.example.org'",
        rows[0][0],
    )
    return administrator_of(code)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(hooked, people, receiver, status):
    receiver.status, receiver.headers = status, {"Location": "http://127.0.0.1:1/"}
    happens(people.adviser, "PH-A")

    assert sweep() == 0

    assert len(receiver.got) == 1
    assert owed(people.adviser)[0].last_answer == str(status)


def test_an_address_that_leads_inside_is_not_called_and_not_saved(
    hooked, people, administrator, receiver, settings
):
    """Judged when it is saved, and again at every call: a name may have been rebound."""
    happens(people.adviser, "PH-A")
    settings.WEBHOOKS_ANYWHERE = False
    assert sweep() == 0
    assert receiver.got == []
    hooking.end_hook(_system(people), by=administrator)
    for address in ("https://127.0.0.1/x", "https://[::1]/", "https://169.254.169.254/"):
        with pytest.raises(NotDone, match="private"):
            hooking.add_hook(_system(people), address=address, by=administrator)

    settings.WEBHOOKS_ANYWHERE = True
    assert hooking.add_hook(_system(people), address=receiver.url, by=administrator)


def _system(people):
    with unit_of_work(people.adviser.context):
        hook = Hook.objects.select_related("client__application", "client__agency").first()
        return hook.client


def test_after_three_days_a_call_is_given_up_and_its_administrators_are_told(
    hooked, people, administrator, receiver
):
    receiver.status = 500
    happens(people.adviser, "PH-A")
    sweep()
    assert owed(people.adviser)[0].parked_at is None
    sweep(TRIED_FOR - LATER)
    assert owed(people.adviser)[0].parked_at is None

    sweep(TRIED_FOR + LATER)

    assert owed(people.adviser)[0].parked_for == "failed"
    with unit_of_work(administrator.context):
        assert [each.kind for each in Notice.objects.all()] == ["webhook.given_up"]


def test_what_was_given_up_is_sent_again_when_somebody_says_so(
    hooked, people, administrator, receiver
):
    receiver.status = 500
    happens(people.adviser, "PH-A")
    sweep()
    sweep(TRIED_FOR + LATER)
    receiver.status = 204

    assert hooking.send_again(_system(people), by=administrator) == 1
    assert sweep() == 1
    assert owed(people.adviser)[0].sent_at is not None


# ---- who may do what


def test_a_test_call_is_about_nothing(hooked, people, administrator, receiver):
    hooking.send_test(_system(people), by=administrator)

    assert sweep() == 1
    assert said(receiver) == [("test", "")]


def test_a_new_secret_signs_beside_the_old_one_for_a_day(hooked, people, administrator, receiver):
    renewed = hooking.renew_hook_secret(_system(people), by=administrator)
    happens(people.adviser, "PH-A")
    sweep()
    (_, body), head = receiver.got[0], receiver.heads[0]
    Webhook(hooked.shared).verify(body, head)
    Webhook(renewed.shared).verify(body, head)

    happens(people.adviser, "PH-B")
    sweep(hooking.OVERLAP + LATER)

    (_, body), head = receiver.got[-1], receiver.heads[-1]
    Webhook(renewed.shared).verify(body, head)
    with pytest.raises(WebhookVerificationError):
        Webhook(hooked.shared).verify(body, head)


def test_a_secret_is_kept_only_sealed(hooked, people):
    kept = as_owner("SELECT sealed, public_key FROM events_hooksecret")

    assert base64.b64decode(hooked.shared.removeprefix("whsec_")) not in bytes(kept[0][0])
    assert kept[0][1] == hooked.public_key


def test_a_stopped_webhook_and_a_stopped_system_are_called_no_more(
    hooked, people, administrator, receiver
):
    hooking.end_hook(_system(people), by=administrator)
    happens(people.adviser, "PH-A")

    assert sweep() == 0
    assert receiver.got == []


@pytest.mark.parametrize("who", ["adviser", "duty_manager", "officer"])
def test_only_an_administrator_of_the_agency_says_where(system, people, anywhere, receiver, who):
    with pytest.raises(PermissionDenied):
        hooking.add_hook(system, address=receiver.url, by=getattr(people, who))

    assert hooking.add_hook(system, address=receiver.url, by=people.administrator)


def test_an_administrator_of_another_agency_cannot(system, people, anywhere, receiver):
    theirs = _admin_for("rowan")

    with pytest.raises(PermissionDenied):
        hooking.add_hook(system, address=receiver.url, by=theirs)
    assert hooking.add_hook(system, address=receiver.url, by=people.administrator)


def test_a_system_that_may_not_read_events_is_told_nothing(own_database, people, anywhere):
    deaf = a_system("liverpool-idva", ["referral:read"]).membership

    with receiving() as receiver, pytest.raises(NotDone, match="may not read"):
        hooking.add_hook(deaf, address=receiver.url, by=people.administrator)


def test_one_place_at_a_time(hooked, people, administrator, receiver):
    with pytest.raises(NotDone, match="already"):
        hooking.add_hook(_system(people), address=receiver.url, by=administrator)
    system = _system(people)
    hooking.end_hook(system, by=administrator)
    assert hooking.add_hook(system, address=receiver.url, by=administrator)


def test_an_answer_that_does_not_come_is_given_up_and_comes_later(
    hooked, people, receiver, monkeypatch
):
    """F15: whoever keeps the line open gets no more than their seconds."""
    monkeypatch.setattr(webhooks, "SECONDS", 0.5)
    over = threading.Event()
    receiver.meanwhile = lambda: over.wait(10)
    happens(people.adviser, "PH-A")

    assert sweep() == 0

    assert owed(people.adviser)[0].last_answer == "TimeoutError"
    over.set()
    assert sweep(timedelta(seconds=31)) == 1
