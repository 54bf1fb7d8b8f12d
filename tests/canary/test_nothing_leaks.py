"""A word is planted in every sealed field, through both doors; afterwards it is nowhere in clear.

Everything runs with its mouth open: the programs log at DEBUG, PostgreSQL logs every statement
with its values. The controls show that each search would have found a word that was there.
"""

import base64
import json
import logging
import re
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest
import redis
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from config.celery import app
from directory.safe_times import windows_to_json
from events import hooking
from notices import outbox
from tenancy.roles import WEB
from tenancy.work import unit_of_work
from tests import given, world
from tests.accounts.signing_in import SECRET as SEED
from tests.accounts.signing_in import sign_in
from tests.api.systems import body
from tests.canary import planting
from tests.canary.planting import Words
from tests.canary.searching import digests_of, found_in, found_in_tables, found_on_disk, guises_of
from tests.faults import house as building
from tests.faults.house import SECRET, House, children_of, kill, wait_for
from tests.faults.systems import Answer, System, ask
from tests.oversight.receiver import Receiver, receiving
from tests.portal import answers
from tests.world import CLIENT_ID, CLIENT_SECRET, People

TALKATIVE = {
    "log_statement": "all",
    "log_min_messages": "debug1",
    "log_min_error_statement": "debug1",
    "log_error_verbosity": "verbose",
    "log_parameter_max_length": "-1",
    "log_parameter_max_length_on_error": "-1",
}
ANY_TIME = {"direct": "allowed", "safe_windows": windows_to_json(given.ANY_TIME)}
REFUSE = "ALTER TABLE referrals_sealedrecord ADD CONSTRAINT control CHECK (false) NOT VALID"
RELENT = "ALTER TABLE referrals_sealedrecord DROP CONSTRAINT control"


@pytest.fixture(scope="module")
def house(root_key, django_db_blocker, tmp_path_factory):
    """A house that says everything it can."""
    temporary = tmp_path_factory.mktemp("canary")
    changes = {"LOG_LEVEL": "DEBUG", "TMPDIR": str(temporary)}
    with (
        django_db_blocker.unblock(),
        building.house(root_key.parent, TALKATIVE, **changes) as built,
    ):
        built.temporary = temporary
        built.worker.command = [*built.worker.command, "--loglevel=DEBUG"]
        built.start(built.web, built.worker, built.beat)
        yield built


@pytest.fixture
def at_this_door(house, monkeypatch):
    """Have what is done in this process ring at the house's Valkey."""
    monkeypatch.setattr(outbox, "doorbell", outbox.Doorbell())
    monkeypatch.setattr(app.conf, "broker_url", house.redis_url)
    monkeypatch.setattr(app.amqp, "_producer_pool", None)


@pytest.fixture
def receiver(house, settings):
    """Where the desk's system is told of everything."""
    settings.WEBHOOKS_ANYWHERE = True
    administrator = People().administrator
    with unit_of_work(administrator.context):
        systems = Membership.objects.select_related("agency", "application")
        system = systems.get(application__client_id="liverpool-idva")
    with receiving() as server:
        hooking.add_hook(system, address=server.url, by=administrator)
        yield server


@pytest.mark.usefixtures("at_this_door")
def test_what_was_planted_is_nowhere_but_with_those_who_may_read_it(house, receiver, caplog):
    began, words, control = time.time(), Words(), Words()
    police = System(house.port, CLIENT_ID, CLIENT_SECRET).sign_in()
    desk = System(house.port, "liverpool-idva", SECRET).sign_in()
    with caplog.at_level(logging.DEBUG):
        read = _plant_over_rest(police, desk, words) + _plant_on_the_screen(People(), words)
        assert [word for word in words.said if word.encode() not in read] == []
        _be_refused(police, People(), words)
        _break(house, police, People(), words)
        officer = sign_in(People().officer)
    _leave_the_control(house, control)
    wait_for(lambda: list(house.letters.iterdir()))
    wait_for(lambda: b"follow_up.changed" in _told(receiver))

    looked_for = guises_of([*words.all, *_secrets(police, officer)])
    hashed = digests_of([word.encode() for word in words.said])
    assert found_in_tables(house.owner_url, {**looked_for, **hashed}) == []
    assert found_in(_told(receiver), looked_for) == []
    assert found_in(_of_redis(house), looked_for) == []
    assert found_in(caplog.text.encode(), looked_for) == []
    assert _keys_in_environments(house) == []
    assert found_in_tables(house.owner_url, guises_of(control.all)) != []
    assert found_in(_of_redis(house), guises_of(control.all)) != []

    _let_go(house)

    assert found_on_disk(house.place, looked_for, since=began) == []
    assert found_on_disk(house.temporary, looked_for, since=began) == []
    _check_the_control_on_disk(house, control, began)


def _plant_over_rest(police: System, desk: System, words: Words) -> bytes:
    """Every field of a case, the words of an answer, notes, an override; what the desk reads."""
    whole = body(contact=ANY_TIME, **planting.whole_case(words))
    reference = _made(police, whole)
    own = _done(police.get(f"referrals/{reference}/case/"))
    _done(desk.post(f"referrals/{reference}/ask/", {"question": "risk"}))
    _done(police.post(f"referrals/{reference}/answer/", {"note": words.next()}))
    _done(desk.post(f"referrals/{reference}/accept/"))
    attempt = {
        "channel": "phone_call",
        "outcome": "no_reply",
        "at": timezone.now().isoformat(),
        "outside_reason": "she_asked",
        "note": words.next(),
    }
    _done(desk.post(f"follow-ups/{reference}/attempt/", attempt))
    outcome = {"outcome": "not_in", "note": words.next()}
    _done(desk.post(f"follow-ups/{reference}/outcome/", outcome))
    files = f"referrals/{reference}/attachments/"
    added = desk.send_file(f"{files}?title={words.next()}", f"{words.next()}\n" * 20_000)
    assert added.status == 201, added
    file = _done(desk.get(f"{files}{added.json()['id']}/")) + _done(desk.get(files))
    override = _made(police, body(consent=planting.override(words)))
    _done(desk.post(f"referrals/{override}/accept/"))
    drafted = planting.unreadable(words, planting.whole_case(words))
    draft = _made(police, body(draft=True, contact=ANY_TIME, **drafted))
    cases = [desk.get(f"referrals/{each}/case/") for each in (reference, override)]
    cases.append(police.get(f"referrals/{draft}/case/"))
    return own + file + _script(reference) + b"".join(_done(case) for case in cases)


def _script(reference: str) -> bytes:
    """The one step at which the code word is shown."""
    manager = sign_in(People().duty_manager)
    url = reverse("portal:about_to_call", args=[reference])
    answer = manager.post(url, {"channel": "text"})
    assert answer.status_code == 200, answer.content.decode()
    return bytes(answer.content)


def _made(system: System, asked: dict[str, Any]) -> str:
    answer = system.post("referrals/", asked)
    assert answer.status == 201, answer
    return str(answer.json()["reference"])


def _done(answer: Answer) -> bytes:
    assert answer.status == 200, answer
    return answer.body


def _plant_on_the_screen(people: People, words: Words) -> bytes:
    """A draft, an emergency that is sent, and what the desk writes; the pages that show it."""
    officer, adviser = sign_in(people.officer), sign_in(people.adviser)
    draft = _press(officer, "new_referral", _typed(words))
    emergency = {**answers.EMERGENCY, "reason": f"Life is at risk: {words.next()}"}
    reference = _press(officer, "new_referral", {**_typed(words), **emergency})
    pages = [_page(officer, "check", each) for each in (draft, reference)]
    pages += [_page(officer, "change_draft", each) for each in (draft, reference)]
    _press(officer, "check", {}, reference)
    _press(adviser, "take", {}, reference)
    contact = {
        "outcome": "no_reply",
        "channel": "phone_call",
        "outside_reason": "she_asked",
        "note": words.next(),
        **answers.moment("at", timezone.now()),
    }
    _press(adviser, "record_contact", contact, reference)
    _press(adviser, "add_note", {"text": words.next()}, reference)
    _press(adviser, "record_visit", {"outcome": "not_in", "note": words.next()}, reference)
    file = SimpleUploadedFile("letter.txt", words.next().encode() * 50_000)
    document = {"file": file, "title": words.next(), "is_shared": "ours"}
    _press(adviser, "add_document", document, reference)
    shown = ("case", "case_details", "case_documents")
    pages += [_page(adviser, name, reference) for name in shown]
    where = re.search(rb'href="(/cases/[^/]+/documents/[0-9a-f-]{36}/)"', pages[-1])
    assert where
    pages += adviser.get(where[1].decode()).streaming_content
    return b"".join(pages)


def _typed(words: Words) -> dict[str, Any]:
    """The officer's page with a word in every box that takes one."""
    boxes = ("given_name", "family_name", "language", "what_to_say", "safe_person", "staying_at")
    more = ("summary", "crime_reference", "their_given_name", "their_family_name")
    typed = {box: words.next() for box in (*boxes, *more)}
    return answers.referral(phone=words.number(), **typed)


def _press(browser: Client, name: str, form: dict[str, Any], *reference: str) -> str:
    answer = browser.post(reverse(f"portal:{name}", args=reference), form)
    assert answer.status_code in {302, 303}, answer.content.decode()
    found = re.search(r"PH-[0-9A-Z]{8}", answer["Location"])
    return found.group() if found else ""


def _page(browser: Client, name: str, reference: str) -> bytes:
    answer = browser.get(reverse(f"portal:{name}", args=[reference]))
    assert answer.status_code == 200, (name, answer.status_code)
    return bytes(answer.content)


def _be_refused(police: System, people: People, words: Words) -> None:
    """Bad input of every kind. No refusal repeats what was typed to a system."""
    good = body()
    for wrong in planting.refused(good, words):
        headers = {"Authorization": f"Bearer {police.token}", "Content-Type": "application/json"}
        headers["Idempotency-Key"] = uuid4().hex
        answer = ask(police.port, "POST", "/api/v1/referrals/", wrong, headers)
        assert 400 <= answer.status < 500, (answer, wrong)
    used = {"key": uuid4().hex}
    _ = police.post("referrals/", good, **used)
    again = {**good, "case": {"identity": {"given_name": words.next()}}}
    assert police.post("referrals/", again, **used).status == 422
    officer = sign_in(people.officer)
    url = reverse("portal:new_referral")
    for wrong in ({"agreement": ""}, {"phone": words.next() * 9}, {"postcode": words.next(10)}):
        assert officer.post(url, {**_typed(words), **wrong}).status_code == 200


def _break(house: House, police: System, people: People, words: Words) -> None:
    """The database refuses a row, and says so with all its values, at both doors."""
    officer = sign_in(people.officer)
    officer.raise_request_exception = False
    with psycopg.connect(house.owner_url, autocommit=True) as owner:
        owner.execute(REFUSE)
        try:
            police.patience = 0
            broken = police.post("referrals/", body(**planting.whole_case(words)))
            page = officer.post(reverse("portal:new_referral"), _typed(words))
        finally:
            owner.execute(RELENT)
    assert broken.status >= 500
    assert page.status_code >= 500
    assert words.mark.encode() not in broken.body + page.content


def _secrets(police: System, officer: Client) -> list[bytes]:
    """What people and programs prove themselves with, and the root of all keys."""
    cookie = officer.cookies[settings.SESSION_COOKIE_NAME].value
    said = (world.PASSWORD, CLIENT_SECRET, SECRET, SEED, police.token, cookie)
    root = Path(settings.ROOT_KEY_FILE).read_bytes()
    return [*(word.encode() for word in said), base64.b32decode(SEED), root]


def _told(receiver: Receiver) -> bytes:
    """Everything a webhook was called with."""
    heads = json.dumps(receiver.heads).encode()
    return heads + b"".join(path.encode() + said for path, said in receiver.got)


def _of_redis(house: House) -> bytes:
    """Every key there is, and what it holds, as a dump would have it."""
    with redis.Redis.from_url(house.redis_url) as broker:
        return b"\n".join(
            part for key in broker.scan_iter() for part in (key, broker.dump(key) or b"")
        )


def _keys_in_environments(house: House) -> list[str]:
    """What worker and beat were told that opens or signs for the web."""
    root = Path(settings.ROOT_KEY_FILE)
    told = [root.read_bytes(), str(root).encode(), b"ROOT_KEY", WEB.password.encode()]
    looked_for = guises_of([*told, quote(WEB.password).encode()])
    return [
        f"{service.name}: {what}"
        for service in (house.worker, house.beat)
        for pid in {service.pid, *children_of(service.pid)}
        for what in found_in(Path(f"/proc/{pid}/environ").read_bytes(), looked_for)
    ]


def _leave_the_control(house: House, control: Words) -> None:
    """A word in the clear, in a table and in Valkey, for every search to find."""
    word = control.next()
    with psycopg.connect(house.owner_url, autocommit=True) as owner:
        owner.execute("CREATE TABLE canary_control (word text, raw bytea)")
        insert = "INSERT INTO canary_control VALUES (%s, convert_to(%s, 'UTF8'))"
        owner.execute(insert, [word, word[::-1]])
    with redis.Redis.from_url(house.redis_url) as broker:
        broker.set("control", word)
        broker.execute_command("CONFIG", "SET", "appendfsync", "always")


def _let_go(house: House) -> None:
    """Stop the servers in good order, so that what was in their memory is on the disk."""
    for program in (house.beat, house.worker, house.web):
        kill(program)
    for server in (house.postgres, house.valkey):
        server.stop(patience=30)


def _check_the_control_on_disk(house: House, control: Words, began: float) -> None:
    """The word was found in the heap, the log of writes, the log of statements, and Valkey's."""
    found = found_on_disk(house.place, guises_of(control.all), since=began)
    where = {each.partition(":")[0] for each in found}
    assert "postgres.log" in where
    assert any(place.startswith("postgres/base/") for place in where)
    assert any(place.startswith("postgres/pg_wal/") for place in where)
    assert any(place.startswith("valkey/") for place in where)
    assert b"DEBUG" in (house.logs / "web.log").read_bytes()
    assert b"deliver_notices" in (house.logs / "worker.log").read_bytes()
