"""Texts: one neutral one, to staff who agreed to it; Notify's own client, over real HTTP."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from notices import delivery, texting
from notices.models import AlarmNumber, Text
from notices.outbox import owe
from notices.sweeping import sweep, sweep_texts
from tenancy.work import unit_of_work
from tests import databases
from tests.notices.conftest import notices, working

pytestmark = pytest.mark.usefixtures("own_database")
KEY = "pierhead-11111111-2222-4333-8444-555555555555-66666666-7777-4888-9999-000000000000"
NUMBER = "+447700900123"


class NotifyOnLoopback(ThreadingHTTPServer):
    """Answers as GOV.UK Notify does, and keeps what it was asked."""

    def __init__(self) -> None:
        self.answers, self.asked = 201, []
        super().__init__(("127.0.0.1", 0), _Answer)


class _Answer(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, self.headers["Authorization"], body))
        answer = {"id": "x"} if self.server.answers == 201 else {"errors": [{"message": "No"}]}
        self.send_response(self.server.answers)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_: object) -> None:
        """It is quiet."""


@contextmanager
def running(server: ThreadingHTTPServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def notify(settings):
    """A Notify of the test's own, that the worker texts through."""
    server = NotifyOnLoopback()
    settings.SMS_BACKEND, settings.NOTIFY_API_KEY = "notify", KEY
    settings.NOTIFY_TEMPLATE = "5e1f"
    settings.NOTIFY_URL = f"http://127.0.0.1:{server.server_port}"
    texting.texter.cache_clear()
    with running(server):
        yield server
    texting.texter.cache_clear()


@pytest.fixture
def agreed(own_database, people):
    """The duty manager agreed to be texted."""
    give_number(people.duty_manager, agreed_at=datetime.now(UTC))


def give_number(member, **more):
    with unit_of_work(member.context):
        AlarmNumber.objects.create(
            membership=member,
            agency_id=member.agency_id,
            number=NUMBER,
            set_at=datetime.now(UTC),
            **more,
        )


def alarm(people, nth=1):
    """Somebody calls for help; when that was."""
    with unit_of_work(people.officer.context):
        told = [people.duty_manager, people.adviser]
        owe(told, kind="lone_worker.duress", reference="", dedupe=f"duress:{nth}")
    return texts()[-1].created_at + timedelta(milliseconds=1)


def texts():
    with working():
        return list(Text.objects.order_by("created_at"))


def owe_news(people, event):
    """Something that can wait; when it was owed."""
    with unit_of_work(people.officer.context):
        owe([people.duty_manager], kind="referral.send", reference="", dedupe=event)
    return notices()[-1].created_at + timedelta(milliseconds=1)


def write(at):
    with databases.signed_in_as(databases.WORKER):
        return sweep(at)


def text(at):
    with databases.signed_in_as(databases.WORKER):
        return sweep_texts(at)


@pytest.mark.usefixtures("agreed")
def test_alarm_is_texted_to_whoever_agreed(people, notify):
    text(alarm(people))

    ((path, bearer, body),) = notify.asked
    (row,) = texts()
    assert (path, bearer[:7]) == ("/v2/notifications/sms", "Bearer ")
    assert body == {"phone_number": NUMBER, "template_id": "5e1f", "reference": str(row.pk)}
    assert row.sent_at is not None


def test_number_nobody_agreed_to_is_not_texted(people, notify):
    give_number(people.duty_manager)

    text(alarm(people))

    assert (notify.asked, texts()) == ([], [])


@pytest.mark.usefixtures("agreed")
def test_what_can_wait_is_not_texted(people, notify):
    owe_news(people, "1")

    assert (texts(), len(notices())) == ([], 1)


@pytest.mark.usefixtures("agreed")
def test_notify_that_is_away_is_asked_again_later_and_never_twice_at_once(people, notify, caplog):
    notify.answers = 500
    at = alarm(people)
    text(at)
    text(at + timedelta(seconds=1))
    notify.answers = 201

    text(at + timedelta(seconds=40))
    text(at + timedelta(seconds=41))

    first, second = (body["reference"] for _, _, body in notify.asked)
    assert first == second
    assert NUMBER not in caplog.text


@pytest.mark.usefixtures("agreed")
def test_letters_go_while_notify_is_away(people, notify, mailoutbox):
    notify.answers = 503
    text(at := alarm(people))

    write(at)

    assert len(mailoutbox) == 2


@pytest.mark.usefixtures("agreed")
def test_text_that_is_refused_lifts_the_quiet_after_the_last_letter(people, notify, mailoutbox):
    manager, notify.answers = people.duty_manager, 400
    write(at := owe_news(people, "1"))
    write(owe_news(people, "2") + timedelta(seconds=1))
    with working():
        Text.objects.create(
            recipient=manager, agency_id=manager.agency_id, is_urgent=False, dedupe="rung:1"
        )
    in_the_window = len(mailoutbox)

    text(at + timedelta(minutes=1))
    write(at + timedelta(minutes=2))

    assert (in_the_window, len(mailoutbox)) == (1, 2)
    assert (texts()[0].sent_at, texts()[0].attempts) == (None, 1)


@pytest.mark.usefixtures("agreed")
def test_people_are_texted_while_letters_do_not_go(people, notify, settings):
    settings.EMAIL_BACKEND = "tests.notices.mail.NobodyThere"
    write(at := owe_news(people, "1"))
    early = len(texts())
    write(at + delivery.FALLS_BACK_AFTER + timedelta(seconds=1))

    text(at + delivery.FALLS_BACK_AFTER + timedelta(minutes=1))

    assert (early, len(notify.asked)) == (0, 1)


@pytest.mark.usefixtures("agreed")
def test_text_goes_into_a_file_or_nowhere_unless_notify_is_set_up(
    people, settings, tmp_path: Path, caplog
):
    settings.SMS_BACKEND, settings.SMS_FILE_PATH = "file", str(tmp_path)
    text(alarm(people))
    settings.SMS_BACKEND = "console"
    text(alarm(people, 2))

    (filed,) = tmp_path.iterdir()
    assert filed.read_text() == f"{NUMBER}\n{texting.WORDS}\n"
    assert all(row.sent_at for row in texts())
    assert NUMBER not in caplog.text
