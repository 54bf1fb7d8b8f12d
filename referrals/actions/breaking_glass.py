"""Break-glass: one asks, a second lets them look for an hour, a third reviews it afterwards."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from directory.reasons import BreakGlassReason, GlassFinding
from directory.safe_times import LONDON
from directory.working_days import TableEnded, weekdays_after, working_days_after
from notices.outbox import owe
from referrals.actions._making_a_move import lock_case
from referrals.compartments import FIELDS
from referrals.conflicts import told_about
from referrals.errors import MoveNotAllowed, NotWellFormed, ReasonMissing
from referrals.glass import REVIEWERS, is_suspended, may_ask, standing, to_review, waiting
from referrals.models import BreakGlass, Referral
from referrals.models.glass import LASTS
from tenancy.work import unit_of_work


def ask_to_break_glass(
    reference: str, parts: Iterable[str], *, by: Membership, reason: str
) -> BreakGlass:
    """Ask to look for an hour at a case of one's agency that is in other hands.

    :raises Referral.DoesNotExist: if there is none, or ``by`` may not know of it.
    :raises PermissionDenied: if it is not the agency's, or theirs to open anyway.
    :raises ReasonMissing: without a reason from the list.
    :raises NotWellFormed: without any part.
    :raises MoveNotAllowed: if they are waiting or looking already, or may ask no more until what
        they looked at has been reviewed.
    """
    at, wanted = timezone.now(), sorted({*parts} & {str(part) for part in FIELDS})
    with unit_of_work(by.context):
        about = ("referral", reference)
        record("glass.ask", about=about, compartments=wanted, reason=reason)
        case = lock_case(reference)
        referral = Referral.objects.visible_to(by).get(reference=reference)
        if case is None or not may_ask(by, referral):
            raise PermissionDenied
        if reason not in BreakGlassReason.values:
            raise ReasonMissing("Choose why you have to see it now.")
        if not wanted:
            raise NotWellFormed("compartments", "Select what you have to see.")
        _refuse(referral, by, at)
        glass = BreakGlass.objects.create(
            agency_id=by.agency_id,
            case=case,
            referral=referral,
            compartments=wanted,
            reason=reason,
            asked_by=by,
            asked_at=at,
        )
        able = Membership.objects.holding(Permission.APPROVE).exclude(pk=by.pk)
        _tell(glass, able.filter(agency=by.agency_id), "asked", "glass.asked")
        return glass


def answer_break_glass(pk: UUID, *, by: Membership, yes: bool) -> BreakGlass:
    """Let a colleague look for an hour, or not. Whoever has the case is told at once, and somebody
    else has to review it by the end of the next working day.

    :raises BreakGlass.DoesNotExist: if there is none, or ``by`` may not know of it.
    :raises PermissionDenied: for whoever asked, and for all but the agency's authorisers.
    :raises MoveNotAllowed: if it was answered, or nobody answered within the hour.
    """
    with unit_of_work(by.context):
        glass = _locked(pk, by)
        deed = "approve" if yes else "turn_down"
        about = ("referral", glass.referral.reference)
        record(f"glass.{deed}", about=about, compartments=glass.compartments, reason=glass.reason)
        if not by.has(Permission.APPROVE) or by.pk == glass.asked_by_id:
            raise PermissionDenied
        at = timezone.now()
        if not waiting(by, at=at).filter(pk=pk).exists():
            raise MoveNotAllowed("This was answered already, or its hour is over.")
        glass.answered_by, glass.answered_at, glass.is_approved = by, at, yes
        if yes:
            glass.expires_at, glass.review_due_at = at + LASTS, review_due_at(at)
        glass.save(
            update_fields=[
                "answered_by",
                "answered_at",
                "is_approved",
                "expires_at",
                "review_due_at",
            ]
        )
        _tell(glass, [glass.asked_by], "answered", "glass.approved" if yes else "glass.turned_down")
        if yes:
            _tell(glass, _who_has_it(glass), "broken", "glass.broken")
            _tell(glass, reviewers(glass), "review", "glass.review")
        return glass


def review_break_glass(pk: UUID, *, by: Membership, finding: str) -> BreakGlass:
    """Say, as a third person, whether it was right. Until then a reminder goes out once it is
    late, and whoever looked may ask no more.

    :raises BreakGlass.DoesNotExist: if there is none, or ``by`` may not know of it.
    :raises PermissionDenied: for the two it was between, and for all who answer for nobody.
    :raises ReasonMissing: without a finding from the list.
    :raises MoveNotAllowed: if it was reviewed already, or never let.
    """
    with unit_of_work(by.context):
        glass = _locked(pk, by)
        record("glass.review", about=("referral", glass.referral.reference), reason=finding)
        if not any(by.has(each) for each in REVIEWERS):
            raise PermissionDenied
        if by.pk in {glass.asked_by_id, glass.answered_by_id}:
            raise PermissionDenied
        if finding not in GlassFinding.values:
            raise ReasonMissing("Choose what you found.")
        if not to_review(by).filter(pk=pk).exists():
            raise MoveNotAllowed("There is nothing to review here any more.")
        glass.reviewed_by, glass.reviewed_at, glass.finding = by, timezone.now(), finding
        glass.save(update_fields=["reviewed_by", "reviewed_at", "finding"])
        _tell(glass, [glass.asked_by], "reviewed", "glass.reviewed")
        return glass


def remind_of_reviews(*, at: datetime) -> int:
    """Tell, once, whoever could review what nobody has, and who may ask no more."""
    late = BreakGlass.objects.filter(
        is_approved=True, reviewed_at=None, reminded_at=None, review_due_at__lte=at
    )
    found = list(late.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:100])
    for glass in found:
        _tell(glass, [*reviewers(glass), glass.asked_by], "late", "glass.unreviewed")
    BreakGlass.objects.filter(pk__in=[each.pk for each in found]).update(reminded_at=at)
    return len(found)


def reviewers(glass: BreakGlass) -> list[Membership]:
    """Everybody of the agency who could be its third person."""
    found = [
        person
        for permission in REVIEWERS
        for person in Membership.objects.holding(permission).filter(agency=glass.agency_id)
    ]
    return [each for each in found if each.pk not in {glass.asked_by_id, glass.answered_by_id}]


def review_due_at(answered_at: datetime) -> datetime:
    """The end, in London, of the next working day; past the shipped table, of the next weekday."""
    today = answered_at.astimezone(LONDON).date()
    try:
        day = working_days_after(today, 1)
    except TableEnded:
        day = weekdays_after(today, 1)
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=LONDON)


_ANSWER = ("answered_by", "answered_at", "is_approved", "expires_at", "review_due_at")


def _refuse(referral: Referral, by: Membership, at: datetime) -> None:
    if is_suspended(by, at=at):
        raise MoveNotAllowed(
            "What you looked at before was not reviewed in time. Ask your manager to see to it."
        )
    if waiting(by, at=at).filter(referral=referral, asked_by=by).exists():
        raise MoveNotAllowed("You have asked already: a second person has to answer.")
    if standing(referral, at=at).filter(asked_by=by).exists():
        raise MoveNotAllowed("You may look at it already.")


def _locked(pk: UUID, by: Membership) -> BreakGlass:
    ours = BreakGlass.objects.filter(agency=by.agency_id).select_for_update(of=("self",))
    return ours.select_related("referral", "asked_by").get(pk=pk)


def _who_has_it(glass: BreakGlass) -> list[Membership]:
    """Whoever works on the case, and the managers, but not the two it was between."""
    managers = Membership.objects.holding(Permission.MANAGE).filter(agency=glass.agency_id)
    assigned = glass.referral.assigned_to
    return [each for each in managers if each.pk != glass.answered_by_id] + (
        [assigned] if assigned else []
    )


def _tell(glass: BreakGlass, people: Iterable[Membership], what: str, kind: str) -> None:
    told = told_about([*people], glass.case_id, glass.agency_id)
    reference = glass.referral.reference
    owe(told, kind=kind, reference=reference, dedupe=f"{glass.pk}:{what}")
