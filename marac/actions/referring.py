"""Referring a case to the MARAC of its area: by the one passing there is, with its grounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import AgencyKind, Membership
from accounts.roles import Permission
from audit.recording import record
from marac.actions.listing import take_on
from marac.codes import Answer, Ground
from marac.grounds import check_grounds, check_person
from marac.models import MaracReferral, Meeting
from marac.repeats import earlier_of, note_repeat
from marac.sealed import JUDGEMENT, SAFE_PEOPLE, UNSAFE_PEOPLE, seal_words
from marac.terms import Terms, check_consent, coordinates, terms_of
from marac.window import next_morning
from notices.outbox import owe
from referrals import actions as referring
from referrals import consent as ledger
from referrals.actions._making_a_move import holding
from referrals.actions.keeping_notes import writing_to
from referrals.actions.referring_on import Passage
from referrals.details import ConsentDetails
from referrals.errors import MoveNotAllowed
from referrals.keeping import Writing
from referrals.lifecycle import PENDING, Status
from referrals.models import Referral
from referrals.models.consent import Purpose
from tenancy.work import unit_of_work


@dataclass(frozen=True, kw_only=True)
class MaracDetails:
    """Why a case is to be heard, and what she knows and agreed to. The last three are sealed."""

    consent: ConsentDetails
    grounds: Sequence[str]
    knows: str = Answer.NOT_KNOWN
    said_repeat: str = Answer.NOT_KNOWN
    police_incidents: int | None = None
    is_adult: bool = False
    judgement: str = ""
    safe_people: str = ""
    unsafe_people: str = ""


def refer(reference: str, details: MaracDetails, *, by: Membership) -> MaracReferral:
    """Refer the case of an accepted referral to its area's MARAC. Nothing refers by itself.

    :raises PermissionDenied: if they may not work on the case or their role does not refer.
    :raises NotWellFormed: for a ground that is not met, or somebody under 16.
    :raises ConsentMissing: without her agreement where the area's rule asks for it.
    :raises MoveNotAllowed: if it waits to be heard already.
    """
    at = timezone.now()
    with unit_of_work(by.context):
        record("marac.refer", about=("referral", reference))
        with writing_to(reference, by=by) as (writing, parent):
            terms = terms_of(parent.area_code, timezone.localdate(at))
            if terms.coordinator.pk == by.agency_id:
                raise MoveNotAllowed("Your agency coordinates this MARAC: put it on the list.")
            _refuse_twice(parent, terms, by)
            check(details, parent, terms)
            passage = Passage(
                to=terms.coordinator,
                purpose=Purpose.MARAC,
                consent=details.consent,
                answer_due_at=next_morning(at),
            )
            child = referring.pass_on(reference, passage, by=by)
            marac = entered(child, details, idva=_idva(parent, by), by=by, at=at)
            keep_words(writing, marac, details)
            _ask_for_approval(details.consent, child, by)
    return marac


def enter(
    reference: str, details: MaracDetails, meeting: Meeting, *, by: Membership
) -> MaracReferral:
    """Put a case on a list that the coordinator was itself referred, where the police go by it.

    Nothing is passed on: what the coordinator may open it opens already. The area's rule about
    her agreement holds all the same, and her answer enters the ledger.

    :raises PermissionDenied: for everybody but the coordinator's managers.
    """
    at = timezone.now()
    with unit_of_work(by.context):
        record("marac.enter", about=("referral", reference))
        with writing_to(reference, by=by) as (writing, referral):
            if not coordinates(by):
                raise PermissionDenied
            if MaracReferral.objects.filter(referral=referral).exists():
                raise MoveNotAllowed("This case was entered already.")
            check(details, referral, terms_of(referral.area_code, timezone.localdate(at)))
            ledger.enter_in_ledger(
                writing.case, by.agency, details.consent, purpose=Purpose.MARAC, by=by, at=at
            )
            marac = entered(referral, details, idva=_idva_handed_to(referral), by=by, at=at)
            keep_words(writing, marac, details)
            take_on(reference, meeting.area_code, meeting.held_on, by=by)
            _ask_for_approval(details.consent, referral, by)
    return marac


def check(details: MaracDetails, referral: Referral, terms: Terms) -> None:
    """Refuse grounds that are not met, somebody under 16, and what the area's rule forbids.

    :raises NotWellFormed: naming the answer that is wrong.
    :raises ConsentMissing: without agreement where the rule asks for it.
    """
    check_grounds(details, referral, terms)
    check_person(details, referral)
    check_consent(details.consent, terms, referral.risk_band)


def entered(
    referral: Referral, details: MaracDetails, *, idva: int | None, by: Membership, at: datetime
) -> MaracReferral:
    """The MARAC's own row about a referral to its coordinator, saved.

    What the referrer's own cases show is as good as ticked: the coordinator has to see it.
    """
    marac = MaracReferral(
        referral=referral,
        case_id=referral.case_id,
        agency_id=referral.receiving_agency_id,
        referring_agency_id=referral.referring_agency_id,
        idva_agency_id=idva,
        area_code=referral.area_code,
        police_incidents=details.police_incidents,
        said_repeat=details.said_repeat,
        knows=details.knows,
        referred_by=by,
        referred_at=at,
    )
    earlier = earlier_of(marac, by, at=at)
    grounds = {*details.grounds, *([Ground.REPEAT] if earlier else [])}
    marac.grounds = [ground for ground in Ground.values if ground in grounds]
    marac.save(force_insert=True)
    note_repeat(marac, earlier, by, at=at)
    return marac


def keep_words(writing: Writing, marac: MaracReferral, details: MaracDetails) -> None:
    """Seal what was said in words."""
    for code, text in (
        (JUDGEMENT, details.judgement),
        (SAFE_PEOPLE, details.safe_people),
        (UNSAFE_PEOPLE, details.unsafe_people),
    ):
        seal_words(writing, marac.pk, code, text)


def _refuse_twice(parent: Referral, terms: Terms, by: Membership) -> None:
    """One case waits to be heard once. After it was heard, what happens anew is a new referral."""
    waiting = MaracReferral.objects.filter(
        case=parent.case_id,
        referring_agency=by.agency_id,
        agency=terms.coordinator,
        ended_at=None,
        referral__status__in=[*PENDING, Status.ACCEPTED],
    ).exclude(listings__heard_at__isnull=False)
    if waiting.exists():
        raise MoveNotAllowed("This case waits to be heard at the MARAC already.")


def _idva_handed_to(referral: Referral) -> int | None:
    """The IDVA service that the coordinator has handed the follow-up on to."""
    handed = Referral.objects.filter(
        parent=referral, visit_ended_at__isnull=False, status__in=[*PENDING, Status.ACCEPTED]
    )
    return handed.values_list("receiving_agency", flat=True).first()


def _idva(parent: Referral, by: Membership) -> int | None:
    """Whose IDVA speaks for her, so far as the referrer knows."""
    for agency in (by.agency, parent.referring_agency):
        if agency.kind == AgencyKind.IDVA:
            return agency.pk
    return None


def _ask_for_approval(consent: ConsentDetails, child: Referral, by: Membership) -> None:
    """Without her agreement a second person has twelve hours to stand behind it: tell them."""
    if consent.is_given:
        return
    approvers = holding(Permission.APPROVE, by.agency_id, child)
    others = [each for each in approvers if each.pk != by.pk]
    owe(others, kind="marac.approve", reference=child.reference, dedupe=f"{child.pk}:approve")
