"""A case's timeline as the agency that works on it reads it: moves, attempts, visits, notes."""

from collections.abc import Iterable, Iterator

from django.utils import timezone

from accounts.models import Membership
from directory.contact import AttemptOutcome, ContactChannel, VisitOutcome
from directory.reasons import HandOverReason
from portal.clocks.shown import happenings_of
from portal.components import Happening
from portal.referrals.happenings import happenings as moves
from portal.referrals.happenings import name_of
from portal.safety.happenings import going_out
from portal.spoken_time import day_and_time
from referrals.compartments import notes_of
from referrals.models import Referral
from referrals.reading import OpenedCase
from visits.models import CancelReason, ContactAttempt, FollowUp, Visit, VisitKind


def happenings(
    case: OpenedCase, follow_up: FollowUp | None, onward: Iterable[Referral], *, to: Membership
) -> list[Happening]:
    """Everything that happened, newest first."""
    found = [
        *moves(case.referral, to=to),
        *_attempts(follow_up, to),
        *_visits(follow_up, to),
        *(happenings_of(follow_up, case.referral, to) if follow_up else ()),
        *going_out(follow_up, to),
        *_notes(case, to),
        *_assignments(case.referral, to),
        *_onward(onward, to),
    ]
    return sorted(found, key=lambda each: each.at, reverse=True)


def _attempts(follow_up: FollowUp | None, to: Membership) -> Iterator[Happening]:
    if follow_up is None:
        return
    for attempt in follow_up.attempts.select_related("by__user", "by__agency"):
        yield Happening(
            title=f"Contact tried: {AttemptOutcome(attempt.outcome).label.lower()}",
            at=attempt.at,
            by=name_of(attempt.by, to=to),
            note=_about(attempt),
        )


def _about(attempt: ContactAttempt) -> str:
    lines = [f"{ContactChannel(attempt.channel).label}."]
    if attempt.message_left:
        lines.append("A message was left.")
    if not attempt.in_safe_time:
        lines.append("Outside their safe times.")
    return " ".join(lines)


def _visits(follow_up: FollowUp | None, to: Membership) -> Iterator[Happening]:
    if follow_up is None:
        return
    related = ("booked_by__user", "booked_by__agency", "instead_of")
    for visit in follow_up.visits.select_related(*related):
        yield Happening(
            title=f"{VisitKind(visit.kind).label} booked for {_when(visit)}",
            at=visit.booked_at,
            by=name_of(visit.booked_by, to=to),
            note=" ".join(filter(None, (_moved_from(visit.instead_of), _came_of(visit)))),
        )


def _when(visit: Visit) -> str:
    return day_and_time(visit.during.lower, now=timezone.now())


def _moved_from(before: Visit | None) -> str:
    """`Moved from 27 November at 2pm: they asked.`"""
    return f"Moved from {_when(before)}: {_reason(before)}." if before else ""


def _came_of(visit: Visit) -> str:
    if visit.status == Visit.Status.CANCELLED:
        return f"Cancelled or moved: {_reason(visit)}."
    return f"Outcome: {VisitOutcome(visit.outcome).label}." if visit.outcome else ""


def _reason(visit: Visit) -> str:
    return str(CancelReason(visit.cancel_reason).label).lower()


def _assignments(referral: Referral, to: Membership) -> Iterator[Happening]:
    for line in referral.assignments.select_related(
        "to__user", "to__agency", "by__user", "by__agency"
    ):
        yield Happening(
            title=f"Handed to {name_of(line.to, to=to)}",
            at=line.at,
            by=name_of(line.by, to=to),
            note=f"{HandOverReason(line.reason).label}.",
        )


def _notes(case: OpenedCase, to: Membership) -> Iterator[Happening]:
    own = notes_of(to.agency_id)
    notes = [record for record in case.records if record.kind == "note"]
    authors = Membership.objects.select_related("user", "agency").in_bulk(
        [record.by_id for record in notes]
    )
    for record in notes:
        yield Happening(
            title="Note" if record.compartment == own else "Answer from the referrer",
            at=record.at,
            by=name_of(authors.get(record.by_id), to=to),
            note=record.document.get("text", ""),
        )


def _onward(onward: Iterable[Referral], to: Membership) -> Iterator[Happening]:
    for referral in onward:
        if referral.sent_at:
            yield Happening(
                title=f"Referred to {referral.receiving_agency.name}",
                at=referral.sent_at,
                by=name_of(referral.sent_by, to=to),
                note=referral.reference,
            )
