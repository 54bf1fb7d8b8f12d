"""Checkpoints reach who was chosen to hold them, and nobody else; what fails is tried again."""

import json
import socket
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from audit.models import AuditEntry
from notices import webhooks
from oversight import sending
from oversight.errors import NotHeld
from oversight.models import Delivery, Holder, HolderKind
from tenancy.context import Context
from tenancy.roles import WORKER
from tenancy.work import unit_of_work
from tests import databases
from tests.oversight.conftest import deliveries, hold, sign_something, sweep
from tests.oversight.receiver import receiving

FILE, EMAIL, WEBHOOK = HolderKind
OUT_THERE = "https://93.184.216.34/checkpoints"


@pytest.fixture
def receiver(anywhere):
    with receiving() as found:
        yield found


def held_in(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_file_gets_each_checkpoint_once_and_in_order(agency, people, tmp_path):
    path = tmp_path / "held.jsonl"
    hold(agency, FILE, path)
    sign_something(people.officer)
    sign_something(people.officer)

    assert sweep() == 2
    assert sweep() == 0
    sign_something(people.officer)
    assert sweep() == 1

    lines = held_in(path)
    assert [line["seq"] for line in lines] == sorted({line["seq"] for line in lines})
    assert {line["agency"] for line in lines} == {agency.pk}
    assert len(lines) == 3
    with databases.as_owner():
        call_command("audit", "verify", "--agency", str(agency.pk), "--against", str(path))


def test_a_mailbox_gets_a_neutral_letter(agency, people):
    hold(agency, EMAIL, "evidence@holder.example.org")
    sign_something(people.officer)

    sweep()

    (letter,) = mail.outbox
    line = json.loads(letter.body.split("\n\n")[1])
    assert (letter.subject, letter.to) == (sending.SUBJECT, ["evidence@holder.example.org"])
    assert set(line) == {"kind", "agency", "seq", "hash", "at", "key", "signature"}
    assert agency.name not in letter.message().as_string()


def test_a_webhook_gets_it_while_no_transaction_is_open(agency, people, receiver, own_database):
    hold(agency, WEBHOOK, f"{receiver.url}/held?by=us")
    sign_something(people.officer)
    open_meanwhile = []

    def look():
        with databases.connect(own_database, WORKER) as us:  # a role sees its own sessions
            query = "SELECT state FROM pg_stat_activity WHERE usename = %s AND datname = %s"
            ours = us.execute(f"{query} AND pid <> pg_backend_pid()", [WORKER.name, own_database])
            open_meanwhile.extend(ours.fetchall())

    receiver.meanwhile = look

    assert sweep() == 1

    (path, body), *more = receiver.got
    assert (path, json.loads(body)["agency"], more) == ("/held?by=us", agency.pk, [])
    assert open_meanwhile == [("idle",)]


@pytest.mark.parametrize("status", [500, 404, 302])
def test_what_did_not_arrive_is_tried_again_later(agency, people, receiver, status):
    """A redirect is not followed: it could lead anywhere."""
    hold(agency, WEBHOOK, receiver.url)
    sign_something(people.officer)
    receiver.status, receiver.headers = status, {"Location": f"{receiver.url}/elsewhere"}

    assert sweep() == 0
    assert sweep() == 0
    assert len(receiver.got) == 1

    receiver.status = 204
    assert sweep(after=timedelta(seconds=31)) == 1
    assert [path for path, _ in receiver.got] == ["/", "/"]
    with deliveries() as rows:
        (delivery,) = rows
        assert (delivery.attempts, delivery.parked_at) == (2, None)
        assert str(delivery) == f"Delivery {delivery.pk}"


def test_one_holder_that_is_away_does_not_keep_it_from_another(agency, people, tmp_path, receiver):
    receiver.status = 500
    hold(agency, WEBHOOK, receiver.url)
    hold(agency, FILE, tmp_path / "nowhere" / "held.jsonl")
    hold(agency, FILE, tmp_path / "held.jsonl")
    sign_something(people.officer)

    assert sweep() == 1

    assert len(held_in(tmp_path / "held.jsonl")) == 1


def test_an_answer_that_is_dripped_out_does_not_hold_the_worker(
    agency, people, anywhere, monkeypatch
):
    monkeypatch.setattr(webhooks, "SECONDS", 0.5)
    done = threading.Event()

    def drip(server):
        stream, _ = server.accept()
        while not done.wait(0.1):
            try:
                stream.sendall(b"H")
            except OSError:
                break
        stream.close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=[server])
        thread.start()
        hold(agency, WEBHOOK, f"http://127.0.0.1:{server.getsockname()[1]}")
        sign_something(people.officer)

        assert sweep() == 0

        done.set()
        thread.join()


@pytest.mark.parametrize("answer", [b"", b"SMTP ready\r\n", b"HTTP/1.1 nonsense\r\n", b"x" * 600])
def test_what_does_not_speak_http_has_taken_nothing(agency, people, anywhere, answer):
    def say(server):
        stream, _ = server.accept()
        with stream:
            stream.recv(4096)
            stream.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=say, args=[server])
        thread.start()
        hold(agency, WEBHOOK, f"http://127.0.0.1:{server.getsockname()[1]}")
        sign_something(people.officer)

        assert sweep() == 0

        thread.join()


def test_a_webhook_is_reached_by_tls_that_is_trusted(
    agency, people, anywhere, tmp_path, monkeypatch
):
    with receiving(certificate_in=tmp_path) as receiver:
        hold(agency, WEBHOOK, receiver.url)
        sign_something(people.officer)

        assert sweep() == 0
        assert receiver.got == []

        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        assert sweep(after=timedelta(seconds=31)) == 1
        assert len(receiver.got) == 1


INSIDE = [
    "https://127.0.0.1/x",
    "https://10.0.0.8/x",
    "https://192.168.1.1/x",
    "https://172.16.0.1/x",
    "https://169.254.169.254/latest",
    "https://100.64.0.1/x",
    "https://0.0.0.0/x",
    "https://224.0.0.1/x",
    "https://[::1]/x",
    "https://[fd00::1]/x",
    "https://[fe80::1]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://[2002:7f00:1::]/x",
    "https://localhost/x",
    "https://2130706433/x",
]


@pytest.mark.parametrize("address", INSIDE)
def test_a_webhook_that_leads_inside_is_refused_when_it_is_added(agency, address):
    with pytest.raises(NotHeld, match="private"):
        hold(agency, WEBHOOK, address)

    assert hold(agency, WEBHOOK, OUT_THERE).address == OUT_THERE


def test_a_webhook_that_leads_inside_is_refused_when_it_is_sent_to(
    agency, people, receiver, settings
):
    """Its name may have been somebody's when it was added, and be ours now."""
    hold(agency, WEBHOOK, receiver.url.replace("http://127.0.0.1", "http://localhost"))
    sign_something(people.officer)
    settings.WEBHOOKS_ANYWHERE = False

    assert sweep() == 0
    assert receiver.got == []

    settings.WEBHOOKS_ANYWHERE = True
    assert sweep(after=timedelta(seconds=31)) == 1
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    ("kind", "address", "why"),
    [
        (WEBHOOK, "http://93.184.216.34/x", "begins with https"),
        (WEBHOOK, "ftp://93.184.216.34/x", "begins with https"),
        (WEBHOOK, "https:///x", "a host and a path"),
        (WEBHOOK, "https://us:secret@93.184.216.34/x", "a host and a path"),
        (WEBHOOK, "https://93.184.216.34/x#y", "a host and a path"),
        (WEBHOOK, "https://93.184.216.34:99999/x", "is not one"),
        (WEBHOOK, "https://93.184.216.34:22/x", "another kind of service"),
        (WEBHOOK, "https://93.184.216.34:80/x", "another kind of service"),
        (EMAIL, "nobody", "not an e-mail address"),
        (FILE, "held.jsonl", "whole path"),
        (FILE, "/var/../etc/held.jsonl", "whole path"),
        (FILE, str(sending.__file__), "inside the house"),
    ],
)
def test_an_address_that_is_none_is_refused(agency, kind, address, why):
    with pytest.raises(NotHeld, match=why):
        hold(agency, kind, address)

    with databases.as_owner(), unit_of_work(Context.migration()):
        assert not Holder.objects.exists()


def test_a_link_in_place_of_the_file_is_not_followed(agency, people, tmp_path):
    (tmp_path / "held.jsonl").symlink_to(tmp_path / "elsewhere")
    hold(agency, FILE, tmp_path / "held.jsonl")
    sign_something(people.officer)

    assert sweep() == 0

    (tmp_path / "held.jsonl").unlink()
    assert sweep(after=timedelta(seconds=31)) == 1
    assert not (tmp_path / "elsewhere").exists()


# ---- the command


def said(capsys, *arguments):
    with databases.as_owner():
        call_command("audit", "holder", *arguments)
    return [line.split("\t") for line in capsys.readouterr().out.splitlines()]


def test_the_operator_adds_lists_and_removes_holders(agency, people, tmp_path, capsys):
    path = str(tmp_path / "held.jsonl")
    ((number, _),) = said(capsys, "add", agency.code, "file", path)
    ((platform, _),) = said(capsys, "add", "platform", "email", "evidence@holder.example.org")

    assert said(capsys, "list") == [
        [number, agency.code, "file", path],
        [platform, "platform", "email", "evidence@holder.example.org"],
    ]

    assert said(capsys, "remove", number) == [[number, "removed"]]
    assert [row[0] for row in said(capsys, "list")] == [platform]
    sign_something(people.officer)
    sweep()
    assert not (tmp_path / "held.jsonl").exists()
    assert len(mail.outbox) == 1
    with unit_of_work(people.officer.context):
        done = AuditEntry.objects.filter(object_id=number).order_by("seq")
        assert list(done.values_list("action", "reason")) == [
            ("add_holder", "file"),
            ("remove_holder", "file"),
        ]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("add", "nowhere", "file", "/held.jsonl"), "no agency"),
        (("add", "merseyside-police", "file", "held.jsonl"), "whole path"),
        (("remove", "00000000-0000-4000-8000-000000000000"), "no such holder"),
    ],
)
@pytest.mark.usefixtures("agency")
def test_the_operator_is_told_why_not(arguments, why):
    with databases.as_owner(), pytest.raises(CommandError, match=why):
        call_command("audit", "holder", *arguments)


def test_nobody_holds_the_same_twice(agency, tmp_path):
    hold(agency, FILE, tmp_path / "held.jsonl")

    with pytest.raises(NotHeld, match="already"):
        hold(agency, FILE, tmp_path / "held.jsonl")
    assert hold(None, FILE, tmp_path / "held.jsonl").chain == 0


def test_an_agency_sees_its_own_holders_and_no_delivery(agency, people, tmp_path, capsys):
    holder = hold(agency, FILE, tmp_path / "held.jsonl")

    with unit_of_work(people.officer.context):
        assert [each.pk for each in Holder.objects.all()] == [holder.pk]
        assert str(holder) == f"Append-only file of {agency.pk}"
    with unit_of_work(people.adviser.context):
        assert not Holder.objects.exists()
    with deliveries() as rows:
        assert rows.model is Delivery
