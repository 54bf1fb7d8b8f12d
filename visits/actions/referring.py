"""The police visit that starts the clock: the referral and its follow-up are born together."""

from datetime import datetime

from django.utils import timezone

from accounts.models import Membership
from directory.reasons import ReferralSource
from referrals import actions as referring
from referrals.beginning import Route
from referrals.details import CaseDetails, ConsentDetails
from referrals.errors import NotWellFormed
from referrals.models import Referral
from tenancy.work import unit_of_work
from visits import clock
from visits.ladder import rungs_of
from visits.ladder_files import ladder_of
from visits.models import FollowUp, Programme, Rung
from visits.programme import Desk, desk_for


def refer_after_visit(
    details: CaseDetails,
    consent: ConsentDetails,
    *,
    by: Membership,
    visit_ended_at: datetime,
    on_behalf_of: str = "",
) -> Referral:
    """Refer after a police visit: sent, and on the clock, in one transaction.

    :raises NotWellFormed: for a visit in the future or more than 14 days past.
    :raises ReferralError: for whatever keeps it from being sent; nothing is saved.
    """
    with unit_of_work(by.context):
        desk, route = _route(details, visit_ended_at, on_behalf_of)
        referral = referring.refer(details, consent, route, by=by)
        start_clock(referral, desk.programme)
    return referral


def draft_after_visit(
    details: CaseDetails,
    consent: ConsentDetails,
    *,
    by: Membership,
    visit_ended_at: datetime,
    on_behalf_of: str = "",
) -> Referral:
    """Keep a draft of a referral after a police visit."""
    with unit_of_work(by.context):
        _, route = _route(details, visit_ended_at, on_behalf_of)
        return referring.start_draft(details, consent, route, by=by)


def redraft_after_visit(
    reference: str,
    details: CaseDetails,
    consent: ConsentDetails,
    *,
    by: Membership,
    visit_ended_at: datetime,
) -> Referral:
    """Put a changed draft in the place of a draft."""
    with unit_of_work(by.context):
        _, route = _route(details, visit_ended_at, "")
        return referring.replace_draft(reference, details, consent, route, by=by)


def send_after_visit(reference: str, *, by: Membership) -> Referral:
    """Send a draft and start its clock.

    :raises NotWellFormed: if the visit is too long ago by now.
    """
    with unit_of_work(by.context):
        referral = referring.send(reference, by=by)
        assert referral.visit_ended_at is not None  # noqa: S101 -- drafts of this door have one
        _check(referral.visit_ended_at)
        desk = desk_for(referral.area_code, timezone.localdate())
        start_clock(referral, desk.programme)
    return referral


def start_clock(referral: Referral, programme: Programme | None) -> FollowUp:
    """Owe the follow-up of a sent referral, with the rungs that wake people."""
    assert referral.visit_ended_at is not None  # noqa: S101 -- the clock starts from it
    follow_up = FollowUp(
        referral=referral,
        agency_id=referral.receiving_agency_id,
        referring_agency_id=referral.referring_agency_id,
        programme=programme,
        visit_ended_at=referral.visit_ended_at,
        **clock.deadlines(referral.visit_ended_at, _window(programme))._asdict(),
        code_due_at=clock.code_due_at(referral.visit_ended_at),
    )
    follow_up.save(force_insert=True)
    Rung.objects.bulk_create(rungs_of(follow_up, referral.reference, ladder_of(programme)))
    return follow_up


def _route(details: CaseDetails, visit_ended_at: datetime, on_behalf_of: str) -> tuple[Desk, Route]:
    _check(visit_ended_at)
    desk = desk_for(details.area_code, timezone.localdate())
    route = Route(
        to=desk.agency,
        source=ReferralSource.POLICE,
        visit_ended_at=visit_ended_at,
        answer_due_at=clock.deadlines(visit_ended_at, _window(desk.programme)).due_at,
        outside_programme=desk.programme is None,
        route=desk.route,
        on_behalf_of=on_behalf_of,
    )
    return desk, route


def _window(programme: Programme | None) -> clock.Window:
    return programme.window if programme else clock.ORDINARY


def _check(visit_ended_at: datetime) -> None:
    if sentence := clock.why_not_a_visit(visit_ended_at, timezone.now()):
        raise NotWellFormed("visit_ended_at", sentence)
