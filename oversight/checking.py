"""Checking the evidence: which chains, from where, and against what others hold."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

from audit.chain import Fault, chains, verify
from audit.checkpoints import Claim, NotACheckpoint, claims_of, public_keys
from audit.recording import record
from notices.clock import database_now
from tenancy.context import Context
from tenancy.work import unit_of_work


class NotChecked(Exception):
    """What was asked cannot be told; the text says why."""


@dataclass(frozen=True)
class Question:
    """What to check: one chain or all, from a signed place on, against checkpoints of others."""

    agency_id: int | None = None
    since: int | None = None
    held: tuple[Claim, ...] = ()


def check(question: Question) -> tuple[list[int], list[Fault]]:
    """The chains that were checked, and their faults. That somebody checked is itself on record.

    :raises NotChecked: if a chain or a place that was asked for is not there.
    """
    about = ("chain", "" if question.agency_id is None else question.agency_id)
    with unit_of_work(Context.migration()):
        record("audit.verify", about=about)
    with one_snapshot(), unit_of_work(Context.migration()):
        wanted = chains_wanted(question.agency_id, question.held)
        start, now = _start(question), database_now()
        found = [
            fault
            for agency_id in wanted
            for fault in verify(agency_id, now=now, since=start, outside=question.held)
        ]
    return wanted, found


def chains_wanted(agency_id: int | None, held: Iterable[Claim] = ()) -> list[int]:
    """The chain that was asked for, or all there are or that somebody holds checkpoints of.

    :raises NotChecked: if there is no such chain.
    """
    there = sorted({*chains(), *(claim.stand.agency_id for claim in held)})
    if agency_id is not None and agency_id not in there:
        raise NotChecked(f"Agency {agency_id} has no chain.")
    return there if agency_id is None else [agency_id]


def read_held(paths: Iterable[str]) -> tuple[Claim, ...]:
    """The checkpoints in files of lines, as holders and exports keep them.

    :raises NotChecked: if a file, or a line in it, cannot be read.
    """
    try:
        lines = [json.loads(line) for path in paths for line in _lines_of(path)]
        return tuple(Claim.from_line(each) for each in lines if each.get("kind") == "checkpoint")
    except (OSError, ValueError, AttributeError, NotACheckpoint) as error:
        raise NotChecked(f"A held file cannot be read: {error}") from None


def _lines_of(path: str) -> list[str]:
    return [line for line in Path(path).read_text(encoding="utf-8").splitlines() if line.strip()]


def _start(question: Question) -> Claim | None:
    """The checkpoint to start at, if its signature holds: nobody who cannot sign can move it."""
    if question.since is None:
        return None
    if question.agency_id is None:
        raise NotChecked("A place to start at is a place in one agency's chain.")
    known = [*claims_of(question.agency_id), *question.held]
    for claim in known:
        place = (claim.stand.agency_id, claim.stand.seq)
        if place == (question.agency_id, question.since) and claim.is_signed_by(public_keys()):
            return claim
    raise NotChecked(f"There is no signed checkpoint at entry {question.since}.")


@contextmanager
def one_snapshot() -> Iterator[None]:
    """See entries and heads as of one moment, so that work going on meanwhile is no fault."""
    with transaction.atomic():
        if not connection.savepoint_ids:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
