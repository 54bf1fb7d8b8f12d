"""A verifier that shares nothing with the SQL that hashed, against somebody who owns the tables."""

import hashlib
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit.chain import GENESIS, Fault, chains, hash_of, verify
from audit.models import AuditEntry, ChainHead
from audit.recording import record
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.audit.attacking import rehashed, tampering
from tests.audit.test_recording import append, forged
from tests.tenancy.attacks import honest_token, tell

CHANGED = "was changed after it was written"
LOOSE = "does not follow the entry before it"
HEAD = "the chain's head does not match its last entry"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def agency(house, officer, adviser):
    """An agency with six entries and nothing else, beside others; every field filled, and none."""
    for number in range(5):
        with unit_of_work(officer):
            record("open", about=("referral", f"PH-{number}"), also=[adviser.agency_id])
    with unit_of_work(adviser):
        record(
            "note",
            about=("case", "ünï 💥"),
            compartments=["person", "", "incident"],
            purpose="handover",
            reason="o'clock",
        )
    return adviser.agency_id


def faults_of(agency_id, *, now=None):
    return [(fault.seq, fault.what) for fault in verify(agency_id, now=now or timezone.now())]


def test_a_chain_without_an_entry_has_no_fault_and_an_entry_may_be_five_seconds_ahead(agency):
    with tampering():
        newest = max(AuditEntry.objects.filter(agency_id=agency).values_list("at", flat=True))
        silent = faults_of(10**12)
        in_time = faults_of(agency, now=newest - timedelta(seconds=5))
        ahead = faults_of(agency, now=newest - timedelta(seconds=5, microseconds=1))

    assert (silent, in_time) == ([], [])
    assert {what for _, what in ahead} == {"lies in the future"}


def test_a_chain_is_checked_that_has_only_a_head_or_only_entries(agency):
    with tampering() as cursor:
        cursor.execute("DELETE FROM audit_chainhead WHERE agency_id = %s", [agency])
        assert agency in chains()
        assert list(verify(agency, now=timezone.now())) == [Fault(agency, 6, HEAD)]
        cursor.execute("DELETE FROM audit_auditentry WHERE agency_id = %s AND seq > 1", [agency])
        assert list(verify(agency, now=timezone.now())) == [Fault(agency, 1, HEAD)]
    with tampering() as cursor:
        cursor.execute("DELETE FROM audit_auditentry WHERE agency_id = %s", [agency])
        assert agency in chains()
    with databases.as_owner(), unit_of_work(Context.migration()):
        known = {entry.agency_id for entry in AuditEntry.objects.all()}
        assert list(chains()) == sorted(
            known | {head.agency_id for head in ChainHead.objects.all()}
        )


TAMPERINGS = {
    "a changed byte": (
        "UPDATE audit_auditentry SET reason = 'x' WHERE agency_id = {0} AND seq = 3",
        [(3, CHANGED)],
    ),
    "a changed time": (
        "UPDATE audit_auditentry SET at = at - interval '1 microsecond'"
        " WHERE agency_id = {0} AND seq = 3",
        [(3, CHANGED)],
    ),
    "a boundary moved between two words": (
        "UPDATE audit_auditentry SET action = 'openre', object_type = 'ferral'"
        " WHERE agency_id = {0} AND seq = 3",
        [(3, CHANGED)],
    ),
    "a boundary moved within a list": (
        "UPDATE audit_auditentry SET compartments = ARRAY['personi', '', 'ncident']"
        " WHERE agency_id = {0} AND seq = 6",
        [(6, CHANGED)],
    ),
    "an emptied list": (
        "UPDATE audit_auditentry SET compartments = ARRAY[]::text[]"
        " WHERE agency_id = {0} AND seq = 6",
        [(6, CHANGED)],
    ),
    "a changed hash": (
        "UPDATE audit_auditentry SET entry_hash = sha256('x') WHERE agency_id = {0} AND seq = 3",
        [(3, CHANGED), (4, LOOSE)],
    ),
    "a deleted row": (
        "DELETE FROM audit_auditentry WHERE agency_id = {0} AND seq = 3",
        [(4, "expected entry 3"), (4, LOOSE)],
    ),
    "a deleted first row": (
        "DELETE FROM audit_auditentry WHERE agency_id = {0} AND seq = 1",
        [(2, "expected entry 1"), (2, LOOSE)],
    ),
    "a cut tail": ("DELETE FROM audit_auditentry WHERE agency_id = {0} AND seq = 6", [(5, HEAD)]),
    "every row deleted": ("DELETE FROM audit_auditentry WHERE agency_id = {0}", [(0, HEAD)]),
    "a deleted head": ("DELETE FROM audit_chainhead WHERE agency_id = {0}", [(6, HEAD)]),
    "a head set back": (
        "UPDATE audit_chainhead SET seq = 5 WHERE agency_id = {0}",
        [(6, HEAD)],
    ),
    "swapped rows": (
        "UPDATE audit_auditentry SET seq = -seq WHERE agency_id = {0} AND seq IN (3, 4);"
        "UPDATE audit_auditentry SET seq = 7 + seq WHERE agency_id = {0} AND seq < 0",
        [(3, LOOSE), (3, CHANGED), (4, LOOSE), (4, CHANGED), (5, LOOSE)],
    ),
    "a renumbered tail": (
        "DELETE FROM audit_auditentry WHERE agency_id = {0} AND seq = 3;"
        "UPDATE audit_auditentry SET seq = -seq WHERE agency_id = {0} AND seq > 3;"
        "UPDATE audit_auditentry SET seq = -seq - 1 WHERE agency_id = {0} AND seq < 0",
        [(3, LOOSE), (3, CHANGED), (4, CHANGED), (5, CHANGED), (5, HEAD)],
    ),
    "an inserted row": (
        "UPDATE audit_auditentry SET seq = -seq WHERE agency_id = {0} AND seq > 3;"
        "UPDATE audit_auditentry SET seq = 1 - seq WHERE agency_id = {0} AND seq < 0;"
        "INSERT INTO audit_auditentry SELECT agency_id, 4, at, actor, actor_role, action,"
        " object_type, 'planted', compartments, purpose, decision, reason, request_id,"
        " entry_hash, sha256('x') FROM audit_auditentry WHERE agency_id = {0} AND seq = 3",
        [(4, CHANGED), (5, LOOSE), (5, CHANGED), (6, CHANGED), (7, CHANGED), (7, HEAD)],
    ),
    "a row added after the head": (
        "INSERT INTO audit_auditentry SELECT agency_id, 7, at, actor, actor_role, action,"
        " object_type, 'planted', compartments, purpose, decision, reason, request_id,"
        " entry_hash, sha256('x') FROM audit_auditentry WHERE agency_id = {0} AND seq = 6",
        [(7, CHANGED), (7, HEAD)],
    ),
}


@pytest.mark.parametrize(("statement", "found"), TAMPERINGS.values(), ids=TAMPERINGS)
def test_tampering_is_found_where_it_was_done(agency, statement, found):
    with tampering() as cursor:
        assert faults_of(agency) == []

        cursor.execute(statement.format(agency))

        assert faults_of(agency) == found


def test_an_entry_moved_to_another_agency_is_found_in_both_chains(agency, officer):
    with tampering() as cursor:
        place = ChainHead.objects.get(agency_id=officer.agency_id).seq + 1
        cursor.execute(
            "UPDATE audit_auditentry SET agency_id = %s, seq = %s WHERE agency_id = %s AND seq = 6",
            [officer.agency_id, place, agency],
        )

        assert faults_of(agency) == [(5, HEAD)]
        assert faults_of(officer.agency_id) == [(place, LOOSE), (place, CHANGED), (place, HEAD)]


def test_an_entry_from_the_future_is_found_although_it_is_hashed_well(agency):
    with tampering() as cursor:
        cursor.execute(
            "UPDATE audit_auditentry SET at = now() + interval '1 hour'"
            " WHERE agency_id = %s AND seq = 6",
            [agency],
        )
        rehashed(cursor, agency, 6)

        assert faults_of(agency) == [(6, "lies in the future")]
        assert faults_of(agency, now=timezone.now() + timedelta(hours=1)) == []


def lp(*words):
    """Each word behind its length: written anew from the specification."""
    return b"".join(len(word).to_bytes(4, "big") + word for word in words)


def test_an_independent_hash_agrees_with_the_databases(agency):
    with databases.as_owner(), unit_of_work(Context.migration()):
        entries = list(AuditEntry.objects.filter(agency_id=agency).order_by("seq"))

    before = GENESIS
    for entry in entries:
        texts = [
            str(entry.agency_id),
            str(entry.seq),
            entry.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
            entry.actor,
            entry.actor_role,
            entry.action,
            entry.object_type,
            entry.object_id,
            None,
            entry.purpose,
            entry.decision,
            entry.reason,
            entry.request_id,
        ]
        parts = lp(*[part.encode() for part in entry.compartments])
        said = lp(*[parts if text is None else text.encode() for text in texts])
        before = hashlib.sha256(b"pierhead/audit/v1" + said + before).digest()
        assert bytes(entry.entry_hash) == before
    assert [entry.seq for entry in entries] == [1, 2, 3, 4, 5, 6]


def test_the_hash_of_a_known_entry_is_known():
    """A vector for other people's verifiers; a change here changes every chain there is."""
    entry = AuditEntry(
        agency_id=3,
        seq=1,
        at=datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        actor="7",
        actor_role="member",
        action="open",
        object_type="referral",
        object_id="PH-23456789",
        compartments=["person", "incident"],
        purpose="first contact",
        decision="allowed",
        reason="",
        request_id="0" * 32,
        prev_hash=GENESIS,
    )

    expected = "fabb14096978d197fc1397a48c08f51f3f8426f78d191b7e33fc0d71f087def8"
    assert hash_of(entry).hex() == expected


# ---- the command


def run(*arguments, url):
    environment = {**os.environ, "DATABASE_URL": url}
    command = [sys.executable, "manage.py", "audit", *arguments]
    done = subprocess.run(  # noqa: S603 -- our own program
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_the_command_says_by_its_exit_code_what_it_found(own_database, people):
    context = people.officer.context
    with unit_of_work(context):
        record("open", about=("referral", uuid4().hex))
    web, owner = databases.url_of(own_database), databases.owner_url_of(own_database)

    code, said = run("verify", url=owner)
    assert (code, "chains hold." in said) == (0, True)
    code, said = run("verify", url=web)
    assert (code, "does not believe" in said) == (2, True)

    with databases.owner(own_database) as tamperer:
        tamperer.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER USER")
        tamperer.execute("ALTER TABLE audit_auditentry NO FORCE ROW LEVEL SECURITY")
        tamperer.execute("UPDATE audit_auditentry SET actor = 'somebody else'")
        tamperer.execute("ALTER TABLE audit_auditentry FORCE ROW LEVEL SECURITY")
    code, said = run("verify", url=owner)
    assert (code, f"Chain {context.agency_id}, entry 1: {CHANGED}." in said) == (1, True)


def test_the_command_looks_at_one_chain_or_says_that_there_is_none(agency, capsys):
    with databases.as_owner():
        call_command("audit", "verify", "--agency", str(agency))
        assert capsys.readouterr().out == "1 chains hold.\n"

        with pytest.raises(CommandError, match="has no chain") as refusal:
            call_command("audit", "verify", "--agency", "987654321")
    assert refusal.value.returncode == 2


def test_the_command_names_the_first_faults(agency, capsys):
    with tampering() as cursor:
        cursor.execute(TAMPERINGS["a changed byte"][0].format(agency))

        with pytest.raises(CommandError, match="1 faults") as refusal:
            call_command("audit", "verify", "--agency", str(agency))
    assert refusal.value.returncode == 1
    assert capsys.readouterr().err == f"Chain {agency}, entry 3: {CHANGED}.\n"


@pytest.mark.usefixtures("agency")
def test_the_command_does_not_say_that_what_it_cannot_see_holds():
    """As the web role it sees no entries, which must not pass for no faults."""
    with pytest.raises(CommandError, match="Not checked") as refusal:
        call_command("audit", "verify")

    assert refusal.value.returncode == 2


def test_work_going_on_meanwhile_is_no_fault(house, officer, agency):
    """An entry appended between the reading of entries and of heads must not look like forgery."""
    is_over = threading.Event()

    def work_on() -> None:
        with databases.connect(house) as web:
            while not is_over.is_set():
                tell(web, honest_token(web, officer.claim))
                append(web, forged(officer.agency_id, "PH-0"))
                web.commit()

    with ThreadPoolExecutor(2) as threads, databases.as_owner():
        works = [threads.submit(work_on) for _ in range(2)]
        try:
            for _ in range(20):
                call_command("audit", "verify", "--agency", str(officer.agency_id))
        finally:
            is_over.set()
        for work in works:
            work.result()
