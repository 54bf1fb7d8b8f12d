"""Everything is killed in turn while referrals are made: what was acknowledged is there, once.

``kill -9`` to the web, the worker, Valkey and PostgreSQL, each with all it started, and at last to
all of them together; the clients ask again with the same Idempotency-Key (faults F5, F6, F7).
"""

import io
import os
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from django.core.management import call_command
from django.db.models import Count

from audit.models import AuditEntry
from notices.claiming import LEASE
from notices.clock import database_now
from notices.models import Notice
from notices.sweeping import sweep
from referrals.lifecycle import Move
from referrals.models import Referral, ReferralEvent
from tenancy.context import Context
from tenancy.roles import WORKER
from tenancy.work import unit_of_work
from tests.api.systems import body
from tests.faults.house import House, django_at, kill, wait_for
from tests.faults.systems import System
from visits.ladder import LADDER
from visits.models import FollowUp, Rung

JOURNEYS = 50
CLIENTS = 4


Journey = tuple[str, str]
"""A referral's reference, and the family name that only its case holds."""


def test_kill_each_in_turn_and_lose_nothing(house, police, desk, settings):
    settings.NOTICES_WINDOW = (
        0  # here as in the house: what is owed after a letter is not held back
    )
    seed = int(os.environ.get("PIERHEAD_SEED", "24"))
    house.start(house.web, house.worker, house.beat)
    systems = police.sign_in(), desk.sign_in()

    ledger, kills = _journeys_while_killing(house, systems, random.Random(seed))

    references = {reference for reference, _ in ledger}
    assert len(references) == JOURNEYS
    _check_readable(desk, ledger)
    with django_at(house.owner_url):
        _check_rows(references)
        _check_evidence_and_keys(references)
    _check_told(house, police)
    again = Counter(police.retries) + Counter(desk.retries)
    assert again.total() > 0  # they did feel it
    letters = Counter(house.message_ids())
    print(
        f"seed {seed}; killed {kills}; asked again {dict(again)}; referrals {JOURNEYS} of"
        f" {JOURNEYS}; letters {len(letters)}, copies {letters.total() - len(letters)}"
    )


def _journeys_while_killing(
    house: House, systems: tuple[System, System], chance: random.Random
) -> tuple[list[Journey], list[str]]:
    """Four clients make the journeys; this thread kills, because servers end with their starter."""
    ledger: list[Journey] = []
    kills: list[str] = []
    asked = body()
    rounds = [[each] for each in (house.web, house.worker, house.valkey, house.postgres)]
    rounds.append([house.postgres, house.valkey, house.web])  # the worker has to outlive them

    def travel(nth: int) -> None:
        ledger.append(_journey(*systems, asked, f"Nyström-{nth}"))

    with ThreadPoolExecutor(CLIENTS) as threads:
        under_way = [threads.submit(travel, nth) for nth in range(JOURNEYS)]
        for nth, victims in enumerate(rounds, 1):
            wait_for(lambda due=nth * 8: len(ledger) >= due, seconds=90)
            time.sleep(chance.uniform(0, 0.2))
            for victim in victims:
                kill(victim)
                kills.append(victim.name)
            time.sleep(chance.uniform(0.1, 0.4))
            house.start(*victims)
    for journey in under_way:
        journey.result()
    return ledger, kills


def _journey(police: System, desk: System, asked: dict[str, Any], family_name: str) -> Journey:
    case = {"identity": {"family_name": family_name}, "incident": {"summary": "Threatened."}}
    made = police.post("referrals/", {**asked, "case": case})
    assert made.status == 201, made
    reference = made.json()["reference"]
    taken = desk.post(f"referrals/{reference}/accept/")
    assert (taken.status, taken.json()["status"]) == (200, "accepted"), taken
    return reference, family_name


def _check_readable(desk: System, ledger: list[Journey]) -> None:
    """Every case opens and says what was said; nobody's words are in another's."""
    with ThreadPoolExecutor(CLIENTS) as threads:
        answers = list(threads.map(lambda each: desk.get(f"referrals/{each[0]}/case/"), ledger))
    for answer, (_, family_name) in zip(answers, ledger, strict=True):
        opened = answer.json()
        documents = {record["compartment"]: record["document"] for record in opened["records"]}
        assert documents["identity"] == {"family_name": family_name}
        assert documents["incident"] == {"summary": "Threatened."}


def _check_rows(references: set[str]) -> None:
    """Exactly these referrals, each accepted once, on the clock, with its whole ladder."""
    with unit_of_work(Context.migration()):
        assert Counter(Referral.objects.values_list("reference", flat=True)) == Counter(references)
        moves = Counter(ReferralEvent.objects.values_list("referral__reference", "move"))
        for move in (Move.SEND, Move.ACCEPT):
            assert {moves[reference, move] for reference in references} == {1}
        clocks = FollowUp.objects.values_list("referral__reference", "visit_ended_at", "due_at")
        assert {reference for reference, _, _ in clocks} == references
        assert {due_at - ended_at for _, ended_at, due_at in clocks} == {timedelta(hours=24)}
        rungs = Rung.objects.values("follow_up").annotate(number=Count("pk"))
        assert [each["number"] for each in rungs] == [len(LADDER)] * len(references)


def _check_evidence_and_keys(references: set[str]) -> None:
    """The chains hold, each act is in evidence once, and no case is half-written."""
    call_command("audit", "verify", stdout=io.StringIO())
    call_command("fsck_cases", stdout=io.StringIO())
    with unit_of_work(Context.migration()):
        entries = AuditEntry.objects.filter(action="referral.accept", decision="allowed")
        taken = Counter(entries.values_list("agency_id", "object_id"))
    assert {reference for _, reference in taken} == references
    assert set(taken.values()) == {1}


def _check_told(house: House, police: System) -> None:
    """The worker that outlived everything delivers again, and one sweep makes up for the rest."""
    made = police.post("referrals/", body()).json()["reference"]
    with django_at(house.url(WORKER)):
        wait_for(lambda: not _owed(reference=made), seconds=45)
        with unit_of_work(Context.system()):
            at = database_now()
        sweep(at + LEASE)
        assert _owed() == 0
        with unit_of_work(Context.system()):
            assert Notice.objects.exclude(parked_at=None).count() == 0
            assert Notice.objects.values("reference").distinct().count() == JOURNEYS + 1


def _owed(**which: str) -> int:
    with unit_of_work(Context.system()):
        return Notice.objects.filter(sent_at=None, **which).count()
