"""Many at once on one chain, and on two: no fork, no gap, no deadlock."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone
from psycopg import IsolationLevel, errors

from audit.chain import verify
from audit.models import AuditEntry
from audit.recording import record
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.audit.test_recording import append, forged
from tests.tenancy.attacks import honest_token, tell

THREADS, EACH = 8, 15
UNBEGUN = 9_000_001  # an agency whose chain has no head yet


def together(doings):
    """Run each on a thread of its own, all let go at once."""
    start = threading.Barrier(len(doings))

    def run(doing):
        start.wait(timeout=10)
        try:
            return doing()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(doings)) as threads:
        return list(threads.map(run, doings))


def faults_of(agency_id):
    with databases.as_owner(), unit_of_work(Context.migration()):
        return list(verify(agency_id, now=timezone.now()))


def recorder(context, about, *, also=()):
    def run():
        for _ in range(EACH):
            with unit_of_work(context):
                record("open", about=("referral", about), also=also)

    return run


def test_eight_threads_on_one_chain_neither_fork_it_nor_leave_a_gap(officer):
    about = uuid4().hex

    together([recorder(officer, about)] * THREADS)

    with unit_of_work(officer):
        places = AuditEntry.objects.filter(object_id=about).order_by("seq")
        seqs = list(places.values_list("seq", flat=True))
    assert seqs == list(range(seqs[0], seqs[0] + THREADS * EACH))
    assert faults_of(officer.agency_id) == []


def test_works_that_concern_each_others_chain_do_not_deadlock(officer, adviser):
    about = uuid4().hex
    mine = recorder(officer, about, also=[adviser.agency_id])
    theirs = recorder(adviser, about, also=[officer.agency_id])

    together([mine, theirs] * 3)

    for context in (officer, adviser):
        with unit_of_work(context):
            assert AuditEntry.objects.filter(object_id=about).count() == 6 * EACH
        assert faults_of(context.agency_id) == []


def test_a_chain_begun_by_many_at_once_has_one_first_entry(officer):
    about = uuid4().hex

    together([recorder(officer, about, also=[UNBEGUN])] * THREADS)

    with databases.as_owner(), unit_of_work(Context.migration()):
        seqs = AuditEntry.objects.filter(agency_id=UNBEGUN).order_by("seq")
        assert list(seqs.values_list("seq", flat=True)) == list(range(1, THREADS * EACH + 1))
    assert faults_of(UNBEGUN) == []


def read_and_record_at_once(house, context, level):
    """Two requests open something of one agency: each has read, then each records that it has."""
    with databases.connect(house) as first, databases.connect(house) as second:
        for reader in (first, second):
            reader.isolation_level = level
            tell(reader, honest_token(reader, context.claim))
            reader.execute("SELECT count(*) FROM audit_auditentry").fetchone()
        append(first, forged(context.agency_id, uuid4().hex))
        first.commit()
        append(second, forged(context.agency_id, uuid4().hex))
        second.commit()


def test_two_reads_of_one_agency_can_both_be_recorded(house, officer):
    """Why reads run READ COMMITTED: under REPEATABLE READ the later of the two would fail."""
    read_and_record_at_once(house, officer, IsolationLevel.READ_COMMITTED)

    with pytest.raises(errors.SerializationFailure):
        read_and_record_at_once(house, officer, IsolationLevel.REPEATABLE_READ)
    assert faults_of(officer.agency_id) == []
