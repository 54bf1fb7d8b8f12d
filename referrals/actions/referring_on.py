"""Referring on: the case goes to a service she wants, or to an agency by its duty.

Either way it is her agreement to that very recipient that lets it go, or a recorded ground.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Agency, Membership
from accounts.roles import Permission
from audit.recording import record, record_for_both
from directory.harm import Need
from directory.matching import why_not
from directory.models import Service
from directory.reasons import ReferralSource
from referrals import consent as ledger
from referrals import policy
from referrals.actions._making_a_move import Making, finish, lock_case, making
from referrals.actions.sending import make_sent
from referrals.clear_facts import check_code
from referrals.compartments import cleaned_note, notes_of
from referrals.conflicts import NAMING, keep_out, terms_in
from referrals.details import ConsentDetails
from referrals.employers import refuse_an_employer
from referrals.errors import NotWellFormed, ServiceUnsuitable
from referrals.keeping import Writing, keys_of, newest_documents, sealed_document
from referrals.lifecycle import PENDING, Move, Status
from referrals.models import Case, ConsentEntry, RecordKind, Referral
from referrals.models.consent import Purpose
from referrals.references import again_if_taken, new_reference
from tenancy.work import unit_of_work

_LIVE: Final = PENDING | {Status.ACCEPTED}


@dataclass(frozen=True, kw_only=True)
class Onward:
    """Which service, for which needs, and her answer. ``replacing`` names a declined referral."""

    service: UUID
    needs: Sequence[str]
    consent: ConsentDetails
    replacing: str = ""


@dataclass(frozen=True, kw_only=True)
class Passage:
    """To which agency, what for, and her answer. ``facts`` are clear facts that differ by now.

    ``visit_ended_at`` comes along where the duty to follow up goes with the case; ``approved`` is
    the line of the ledger that lets it go, where a second person has stood behind one already.
    """

    to: Agency
    purpose: Purpose
    consent: ConsentDetails
    needs: Sequence[str] = ()
    answer_due_at: datetime | None = None
    visit_ended_at: datetime | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    approved: ConsentEntry | None = None


@again_if_taken
def refer_on(reference: str, onward: Onward, *, by: Membership) -> Referral:
    """Refer the case of an accepted referral to a service.

    :raises PermissionDenied: if they may not work on the case or their role does not refer.
    :raises Service.DoesNotExist: if there is no such service.
    :raises ServiceUnsuitable: if it does not cover her area, age or needs.
    :raises ConsentMissing: without her agreement to this service.
    """
    at = timezone.now()
    with unit_of_work(by.context):
        record("referral.refer_on", about=("referral", reference))
        ledger.check_at_once(onward.consent, at=at)
        case, parent = in_hand(reference, by)
        child = refer_to(onward, case, parent, by=by, at=at)
        if onward.replacing:
            _supersede(onward.replacing, case, by=by)
    return child


def refer_to(
    onward: Onward,
    case: Case,
    parent: Referral,
    *,
    by: Membership,
    at: datetime,
    approved: ConsentEntry | None = None,
) -> Referral:
    """The referral to a service, sent. ``approved`` is the line it goes by, where there is one."""
    service = Service.objects.select_related("agency").get(pk=onward.service)
    _check_suitable(service, parent, onward, at)
    passage = Passage(
        to=service.agency,
        purpose=Purpose.SERVICE,
        consent=onward.consent,
        needs=onward.needs,
        answer_due_at=at + timedelta(hours=service.answer_within_hours),
        approved=approved,
    )
    child = _onward(parent, case, passage, by, at)
    child.service = service
    _send(child, case, passage, by, at)
    return child


@again_if_taken
def pass_on(reference: str, passage: Passage, *, by: Membership) -> Referral:
    """Refer the case of an accepted referral to an agency that no directory entry stands for.

    :raises PermissionDenied: if they may not work on the case or their role does not refer.
    :raises ConsentMissing: without her agreement to this agency, or a ground.
    """
    at = timezone.now()
    with unit_of_work(by.context):
        record("referral.pass_on", about=("referral", reference), purpose=passage.purpose)
        ledger.check_at_once(passage.consent, at=at)
        case, parent = in_hand(reference, by)
        if passage.to.pk == by.agency_id:
            raise NotWellFormed("receiving_agency", "Choose another agency than your own.")
        child = _onward(parent, case, passage, by, at)
        _send(child, case, passage, by, at)
    return child


def in_hand(reference: str, by: Membership) -> tuple[Case, Referral]:
    """The case, locked, of a referral that the member works on and may refer."""
    case = lock_case(reference)
    parent = Referral.objects.visible_to(by).get(reference=reference)
    if case is None or not (policy.may_work_on(by, parent) and by.has(Permission.REFER)):
        raise PermissionDenied
    return case, parent


def _send(child: Referral, case: Case, passage: Passage, by: Membership, at: datetime) -> None:
    """Save what goes, and with it her answer, the words of an override, and the evidence."""
    consent, to = passage.consent, passage.to
    ledger.check_agreements(by.agency, to, at=at)
    named = newest_documents(case.pk, by.agency_id, NAMING)
    refuse_an_employer(to, named)
    make_sent(child, at, None)
    child.save(force_insert=True)
    if passage.approved is None:
        ledger.enter_in_ledger(case, to, consent, purpose=passage.purpose, by=by, at=at)
        if not consent.is_given:
            keep_the_words(Writing(case, keys_of(case.pk, by.agency_id), by, at), consent)
    keep_out(case.pk, terms_in(named), agencies=[to.pk])
    finish(Move.SEND, Making(child, case, at), by=by)
    record(f"referral.{Move.SEND}", about=("referral", child.reference))
    record_for_both(to.pk)


def _check_suitable(service: Service, parent: Referral, onward: Onward, at: datetime) -> None:
    if not onward.needs:
        raise NotWellFormed("needs", "Choose at least one kind of help.")
    for need in onward.needs:
        check_code("needs", need, Need.values)
        facts = {"area_code": parent.area_code, "age_band": parent.age_band}
        if reasons := why_not(service, need=need, on=timezone.localdate(at), **facts):
            raise ServiceUnsuitable(reasons)
    if service.agency_id in {parent.referring_agency_id, parent.receiving_agency_id}:
        raise ServiceUnsuitable([f"{service.agency} has this case already."])
    by_us = Referral.objects.filter(
        case=parent.case_id, referring_agency=parent.receiving_agency_id
    )
    live = by_us.filter(service=service, status__in=_LIVE).exclude(reference=onward.replacing)
    if any(_stands(each, at) for each in live):
        raise ServiceUnsuitable([f"You have referred them to {service} already."])


def _stands(referral: Referral, at: datetime) -> bool:
    """Whether a referral still is one: not once it was taken on and her agreement has ended."""
    if referral.status != Status.ACCEPTED:
        return True
    line = ledger.newest_line(referral.case_id, referral.receiving_agency_id)
    return line is not None and ledger.allows(line, at=at)


def _onward(
    parent: Referral, case: Case, passage: Passage, by: Membership, at: datetime
) -> Referral:
    facts = {**case.facts(), "needs": list(passage.needs or case.needs), **passage.facts}
    return Referral(
        reference=new_reference(),
        case=case,
        parent=parent,
        referring_agency_id=by.agency_id,
        receiving_agency=passage.to,
        source=ReferralSource.IDVA if parent.visit_ended_at else ReferralSource.SERVICE,
        status=Status.SENT,
        sent_by=by,
        offered=sorted(set(passage.consent.compartments)),
        visit_ended_at=passage.visit_ended_at,
        answer_due_at=passage.answer_due_at,
        created_at=at,
        **facts,
    )


def keep_the_words(writing: Writing, consent: ConsentDetails) -> None:
    """Why it is shared without her agreement, where the agency that decided so finds it again."""
    words, own = cleaned_note(consent.reason), notes_of(writing.by.agency_id)
    sealed_document(writing, own, words, kind=RecordKind.NOTE, code="override_reason").save()


def _supersede(reference: str, case: Case, *, by: Membership) -> None:
    with making(Move.SUPERSEDE, reference, by=by) as (referral, _, _):
        if referral.case_id != case.pk:
            raise Referral.DoesNotExist
