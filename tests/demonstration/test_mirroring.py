"""What is told in memory leaves the rows that the actions leave. Both are done, and compared."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Model

from demonstration import clocks, moves
from demonstration.casebook import Casebook, Sending, begin
from demonstration.following import attempt, book_visit, end_visit
from demonstration.numbering import References
from demonstration.saving import TABLES, save
from demonstration.stories import AGREED, EMERGENCY, Tale, send
from demonstration.world import World
from directory.clock_reasons import ChangeKind, PauseReason
from directory.contact import AttemptOutcome, VenueKind, VisitOutcome
from directory.safe_times import SafeTime, windows_of
from referrals import actions as referring
from referrals.actions.referring_on import Onward
from referrals.details import ConsentDetails
from referrals.models import Case, CaseLink
from referrals.sweeping import sweep
from tests import databases, given
from tests.demonstration.conftest import at_the_owners, member_called
from visits import actions as visiting
from visits.actions.booking import Booking

PARTS = ["identity", "contact", "needs", "risk"]
ONWARD = ConsentDetails(
    answer="given", method="phone", wording_version="2026-1", compartments=PARTS
)
TO_CASE = {
    "Referral": "case",
    "ReferralEvent": "referral__case",
    "FollowUp": "referral__case",
    "Rung": "follow_up__referral__case",
    "Visit": "follow_up__referral__case",
    "VisitWorker": "visit__follow_up__referral__case",
    "Outing": "visit__follow_up__referral__case",
    "VisitCheck": "visit__follow_up__referral__case",
    "SafetyEvent": "visit__follow_up__referral__case",
    "ContactAttempt": "follow_up__referral__case",
    "Lateness": "follow_up__referral__case",
    "Pause": "follow_up__referral__case",
    "ChangeOfCircumstance": "referral__case",
    "Outcome": "follow_up__referral__case",
}


class Scene:
    """Everybody and everything both tellings need, and their hands in both."""

    told = 0

    def __init__(self) -> None:
        self.officer = member_called("officer@merseyside-police")
        self.sergeant = member_called("supervisor@merseyside-police")
        self.adviser = member_called("adviser@liverpool-idva")
        self.caseworker = member_called("caseworker@seawall")
        with databases.as_owner():
            self.world = World.read()
        named = {service.name: service for service in self.world.services}
        self.service = named["Counselling after sexual violence"]
        self.other_service = named["Needs assessment and court support"]
        self.now = datetime.now(UTC)
        self.details = given.details(safe_windows=windows_of([SafeTime.ANY_TIME]), needs=["idva"])

    def act(self, consent=AGREED):
        """The referral, sent through the door's own action."""
        ended_at = self.now - timedelta(hours=2)
        return visiting.refer_after_visit(
            self.details, consent, by=self.officer, visit_ended_at=ended_at
        )

    def onward(self, service=None, need="counselling", **more):
        """What to refer on with."""
        service = service or self.service
        return Onward(service=service.pk, needs=[need], consent=ONWARD, **more)

    def tell(self, consent=AGREED) -> Tale:
        """The referral, told, under references of its own."""
        Scene.told += 1
        book = Casebook(self.world, Random(1), References(7, self.told), self.now)  # noqa: S311
        sending = Sending(
            by=self.officer,
            to=self.adviser.agency,
            source="police",
            visit_ended_at=self.now - timedelta(hours=2),
            answer_within=timedelta(hours=24),
            route=self.world.route(self.details.area_code),
        )
        referral = begin(book, self.details, consent, sending, self.now - timedelta(hours=1))
        tale = Tale(book, self.told, None, referral)
        send(tale)
        return tale


def _visited_and_closed_by_action(scene: Scene) -> Any:
    reference = scene.act().reference
    visiting.take(reference, by=scene.adviser)
    spoke = visiting.Attempt(channel="phone_call", outcome="spoke", at=datetime.now(UTC))
    visiting.record_attempt(reference, spoke, by=scene.adviser)
    booking = Booking(
        adviser=scene.adviser,
        starts_at=datetime.now(UTC) + timedelta(minutes=30),
        venue=VenueKind.OUR_OFFICE,
        off_shift_reason="agreed",
    )
    visiting.book(reference, booking, by=scene.adviser)
    visiting.record_outcome(reference, VisitOutcome.DONE, by=scene.adviser)
    referring.add_note(reference, by=scene.adviser, text="She is safe today.")
    child = referring.refer_on(reference, scene.onward(), by=scene.adviser)
    referring.accept(child.reference, by=scene.caseworker)
    referring.add_note(child.reference, by=scene.caseworker, text="First session went well.")
    referring.close(child.reference, by=scene.caseworker, reason="planned")
    referring.close(reference, by=scene.adviser, reason="planned")
    return child.case_id


def _visited_and_closed_in_memory(scene: Scene) -> Casebook:
    tale, at = scene.tell(), scene.now
    book, referral = tale.book, tale.referral
    moves.accept(book, referral, scene.adviser, at)
    attempt(tale.follow, scene.adviser, at, AttemptOutcome.SPOKE)
    visit = book_visit(tale.follow, [scene.adviser], at, at)
    visit.off_shift_reason = "agreed"
    end_visit(tale.follow, visit, VisitOutcome.DONE, at)
    book.note(scene.adviser, at, "She is safe today.")
    onward = moves.Onward(scene.service, "counselling", ONWARD)
    child = moves.refer_on(book, referral, onward, by=scene.adviser, at=at)
    moves.accept(book, child, scene.caseworker, at)
    book.note(scene.caseworker, at, "First session went well.")
    moves.close(book, child, scene.caseworker, at, "planned")
    moves.close(book, referral, scene.adviser, at, "planned")
    tale.end()
    return book


def _taken_back_by_action(scene: Scene) -> Any:
    reference = scene.act(EMERGENCY).reference
    referring.approve_override(reference, by=scene.sergeant)
    referring.accept(reference, by=scene.adviser)
    child = referring.refer_on(reference, scene.onward(), by=scene.adviser)
    referring.accept(child.reference, by=scene.caseworker)
    referring.withdraw(child.reference, by=scene.adviser, reason="consent_withdrawn")
    return child.case_id


def _taken_back_in_memory(scene: Scene) -> Casebook:
    tale, at = scene.tell(EMERGENCY), scene.now
    book, referral = tale.book, tale.referral
    moves.approve(book, referral, scene.sergeant, at)
    moves.accept(book, referral, scene.adviser, at)
    onward = moves.Onward(scene.service, "counselling", ONWARD)
    child = moves.refer_on(book, referral, onward, by=scene.adviser, at=at)
    moves.accept(book, child, scene.caseworker, at)
    moves.withdraw(book, child, scene.adviser, at, "consent_withdrawn")
    tale.end()
    return book


def _asked_and_replaced_by_action(scene: Scene) -> Any:
    reference = scene.act().reference
    referring.ask(reference, by=scene.adviser, question="risk")
    referring.answer(reference, by=scene.officer)
    referring.accept(reference, by=scene.adviser)
    other = visiting.Attempt(
        channel="phone_call", outcome="somebody_else_answered", at=datetime.now(UTC)
    )
    visiting.record_attempt(reference, other, by=scene.adviser)
    child = referring.refer_on(reference, scene.onward(), by=scene.adviser)
    referring.decline(child.reference, by=scene.caseworker, reason="no_capacity")
    onward = scene.onward(scene.other_service, "court", replacing=child.reference)
    referring.refer_on(reference, onward, by=scene.adviser)
    return child.case_id


def _asked_and_replaced_in_memory(scene: Scene) -> Casebook:
    tale, at = scene.tell(), scene.now
    book, referral = tale.book, tale.referral
    moves.ask(book, referral, scene.adviser, at, "risk")
    moves.answer(book, referral, at)
    moves.accept(book, referral, scene.adviser, at)
    attempt(tale.follow, scene.adviser, at, AttemptOutcome.SOMEBODY_ELSE_ANSWERED)
    onward = moves.Onward(scene.service, "counselling", ONWARD)
    child = moves.refer_on(book, referral, onward, by=scene.adviser, at=at)
    moves.decline(book, child, scene.caseworker, at, "no_capacity")
    second = moves.Onward(scene.other_service, "court", ONWARD)
    moves.refer_on(book, referral, second, by=scene.adviser, at=at)
    moves.supersede(book, child, scene.adviser, at)
    tale.end()
    return book


def _left_to_the_desk_by_action(scene: Scene) -> Any:
    reference = scene.act().reference
    return referring.accept(reference, by=scene.adviser, assign=False).case_id


def _left_to_the_desk_in_memory(scene: Scene) -> Casebook:
    tale = scene.tell()
    moves.accept(tale.book, tale.referral, scene.adviser, scene.now, assign=False)
    tale.end()
    return tale.book


def _withdrawn_by_action(scene: Scene) -> Any:
    referral = scene.act()
    referring.withdraw(referral.reference, by=scene.officer, reason="consent_withdrawn")
    return referral.case_id


def _withdrawn_in_memory(scene: Scene) -> Casebook:
    tale = scene.tell()
    moves.withdraw(tale.book, tale.referral, scene.officer, scene.now, "consent_withdrawn")
    tale.end()
    return tale.book


def _paused_and_changed_by_action(scene: Scene) -> Any:
    referral = scene.act()
    visiting.take(referral.reference, by=scene.adviser)
    review_at = datetime.now(UTC) + timedelta(hours=3)
    visiting.pause(
        referral.reference, by=scene.adviser, reason=PauseReason.NOT_ALONE, review_at=review_at
    )
    change = visiting.Change(kind=ChangeKind.RELEASED, happened_at=scene.now)
    visiting.report_change(referral.reference, change, by=scene.officer)
    return referral.case_id


def _paused_and_changed_in_memory(scene: Scene) -> Casebook:
    tale, at = scene.tell(), scene.now
    moves.accept(tale.book, tale.referral, scene.adviser, at)
    review_at = at + timedelta(hours=3)
    clocks.pause(tale.follow, scene.adviser, at, PauseReason.NOT_ALONE, review_at)
    soon = at + timedelta(seconds=1)
    clocks.report_change(tale.follow, scene.officer, soon, ChangeKind.RELEASED)
    tale.end()
    return tale.book


def shape(case_id: object) -> dict[str, list[str]]:
    """A case's rows without what differs between any two: ids, instants, keys.

    Links are left out: all of these cases are about the same person.
    """
    return {
        table.__name__: sorted(_rows(table, case_id)) for table in TABLES if table is not CaseLink
    }


def _rows(table: type[Model], case_id: object) -> list[str]:
    if table is Case:
        found = Case.objects.filter(pk=case_id)
    else:
        found = table.objects.filter(**{TO_CASE.get(table.__name__, "case"): case_id})
    fields = table._meta.concrete_fields  # noqa: SLF001 -- Django's public name for it
    return [repr([_plain(field, row) for field in fields]) for row in found]


def _plain(field: Any, row: Model) -> tuple[str, object]:
    value = getattr(row, field.attname)
    kind = field.target_field if field.is_relation else field
    if value is None or isinstance(value, bytes | memoryview):
        return field.name, None if value is None else len(bytes(value))
    if isinstance(kind, models.UUIDField | models.DateTimeField | DateTimeRangeField):
        return field.name, "there"
    return field.name, value[:3] if field.name == "reference" else value


@pytest.mark.parametrize(
    ("by_action", "in_memory"),
    [
        (_visited_and_closed_by_action, _visited_and_closed_in_memory),
        (_taken_back_by_action, _taken_back_in_memory),
        (_asked_and_replaced_by_action, _asked_and_replaced_in_memory),
        (_left_to_the_desk_by_action, _left_to_the_desk_in_memory),
        (_withdrawn_by_action, _withdrawn_in_memory),
        (_paused_and_changed_by_action, _paused_and_changed_in_memory),
    ],
)
def test_tell_leaves_what_the_actions_leave(
    founded: str, by_action: Callable[[Scene], Any], in_memory: Callable[[Scene], Casebook]
):
    scene = Scene()
    done = by_action(scene)
    with databases.signed_in_as(databases.WORKER):
        sweep(datetime.now(UTC))

    told = in_memory(scene)
    with at_the_owners():
        save([told.rows])
        shapes = shape(done), shape(told.case.pk)

    assert shapes[1] == shapes[0]
