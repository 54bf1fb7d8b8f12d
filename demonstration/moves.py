"""The moves of a referral as they leave their rows: each mirrors the action of its name.

``tests/demonstration`` holds these to what the actions do.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from accounts.models import Membership
from demonstration.casebook import Casebook, enter, tag
from demonstration.reaching import tell_ways
from directory.models import Service
from directory.reasons import ClosureReason, ReferralSource
from directory.sharing import ConsentAnswer
from referrals import consent as ledger
from referrals.compartments import Compartment, notes_of
from referrals.details import ConsentDetails
from referrals.keeping import SHARED
from referrals.lifecycle import Move, Status
from referrals.models import (
    Bundle,
    Case,
    CaseLink,
    ErasureKey,
    Grant,
    Referral,
    SealedRecord,
    SearchTag,
)
from referrals.models.consent import ConsentEntry, Purpose
from referrals.models.referral import Feedback
from referrals.passing import sign_offer
from referrals.references import CASE
from vault.bundles import CaseKeys

RELAYED_AFTER = timedelta(seconds=20)


def send(book: Casebook, referral: Referral, at: datetime) -> None:
    """It is sent: signed, and nobody's key but the sender's."""
    referral.status = Status.SENT
    referral.sent_at = at
    sign_offer(referral)
    if referral.parent is None:
        tell_ways(book, referral, at)
    book.happened(referral, Move.SEND, at, by=referral.sent_by)


def accept(
    book: Casebook, referral: Referral, by: Membership, at: datetime, *, assign: bool = True
) -> None:
    """It is taken on: a new epoch, and the receiver's grant with its bundle."""
    sender, receiver = referral.referring_agency_id, referral.receiving_agency_id
    consent = book.newest_line(receiver)
    parts = _passed(book, referral, consent)
    book.case.epoch += 1
    book.case.lead_agency_id = book.case.lead_agency_id or receiver
    if referral.parent_id is None:
        book.grants[sender].last_epoch = book.case.epoch - 1
    grant = _grant(book, receiver, consent, parts, at)
    others = book.live(at, without=receiver)
    fresh = book.new_epoch([receiver, *(other.agency_id for other in others)])
    book.give(grant, _only(book.held[sender], parts) | _only(fresh, grant.compartments))
    for other in others:
        book.give(other, _only(fresh, other.compartments))
    referral.status, referral.answered_at = Status.ACCEPTED, at
    referral.assigned_to = by if assign else None
    tag(book, receiver, [part for part in _TAGGED if part in parts])
    book.happened(referral, Move.ACCEPT, at, by=by)
    _relay(book, referral, at)


_TAGGED = (Compartment.IDENTITY, Compartment.CONTACT, Compartment.INCIDENT)


def decline(book: Casebook, referral: Referral, by: Membership, at: datetime, reason: str) -> None:
    """It is turned down, for a coded reason."""
    referral.status, referral.answered_at = Status.DECLINED, at
    referral.decline_reason = reason
    book.happened(referral, Move.DECLINE, at, by=by, reason=reason)
    _relay(book, referral, at)


def ask(book: Casebook, referral: Referral, by: Membership, at: datetime, question: str) -> None:
    """The receiver asks one of the listed questions."""
    referral.status, referral.question = Status.MORE_INFORMATION_ASKED, question
    book.happened(referral, Move.ASK, at, by=by, reason=question)


def answer(book: Casebook, referral: Referral, at: datetime) -> None:
    """The sender answers; it waits again."""
    referral.status = Status.SENT
    book.happened(referral, Move.ANSWER, at, by=referral.sent_by)


def withdraw(book: Casebook, referral: Referral, by: Membership, at: datetime, reason: str) -> None:
    """The sender takes it back; what was opened through it is closed."""
    if reason == "consent_withdrawn":
        given = book.newest_line(referral.receiving_agency_id)
        book.add(_taken_back(given, by, at))
    if referral.status == Status.ACCEPTED:
        _end_access(book, referral.receiving_agency_id, at)
    referral.status, referral.withdrawal_reason = Status.WITHDRAWN, reason
    book.happened(referral, Move.WITHDRAW, at, by=by, reason=reason)


def supersede(book: Casebook, referral: Referral, by: Membership, at: datetime) -> None:
    """Another referral takes the place of a declined one."""
    referral.status = Status.SUPERSEDED
    book.happened(referral, Move.SUPERSEDE, at, by=by)


def close(
    book: Casebook, referral: Referral, by: Membership, at: datetime, reason: ClosureReason
) -> None:
    """The work ends. The case closes when its lead does; others just get nothing more."""
    referral.status, referral.closed_at = Status.CLOSED, at
    referral.closure_reason = reason
    if book.case.lead_agency_id == by.agency_id:
        book.case.status = Case.Status.CLOSED
    else:
        _start_epoch(book, at, without=by.agency_id)
        book.grants[by.agency_id].last_epoch = book.case.epoch - 1
    book.happened(referral, Move.CLOSE, at, by=by, reason=reason)


def let_go(book: Casebook, referral: Referral, at: datetime) -> None:
    """A draft nobody sent: what it said can be opened by nobody."""
    referral.status = Status.EXPIRED
    book.happened(referral, Move.DISCARD, at)
    for grant in book.grants.values():
        grant.revoked_at = at
    for table in (Bundle, ErasureKey, SealedRecord, SearchTag):
        book.rows[table].clear()


class Onward(NamedTuple):
    """Which service, for which need, and her agreement to it."""

    service: Service
    need: str
    consent: ConsentDetails


def refer_on(
    book: Casebook, parent: Referral, onward: Onward, *, by: Membership, at: datetime
) -> Referral:
    """The case goes on to a service, with her agreement to that service."""
    service, need, consent = onward
    facts = {**book.case.facts(), "needs": [need]}
    child = Referral(
        reference=book.references.next(),
        case=book.case,
        parent=parent,
        referring_agency_id=by.agency_id,
        receiving_agency=service.agency,
        service=service,
        source=ReferralSource.IDVA if parent.visit_ended_at else ReferralSource.SERVICE,
        sent_by=by,
        offered=sorted(set(consent.compartments)),
        answer_due_at=at + timedelta(hours=service.answer_within_hours),
        created_at=at,
        **facts,
    )
    book.add(child)
    enter(book, consent, service.agency, purpose=Purpose.SERVICE, by=by, at=at)
    send(book, child, at)
    return child


def approve(book: Casebook, referral: Referral, by: Membership, at: datetime) -> None:
    """A second person stands behind an emergency."""
    entry = book.newest_line(referral.receiving_agency_id)
    approved = entry.again(approved_by_id=by.pk, taken_at=at)
    book.add(approved)
    for grant in book.grants.values():
        if grant.consent_id == entry.pk:
            grant.consent, grant.expires_at = approved, approved.expires_at


def feed_back(referral: Referral, feedback: Feedback, at: datetime) -> None:
    """The direct referrer learns how far it has come."""
    referral.feedback, referral.feedback_at = feedback, at


def link(book: Casebook, earlier: Casebook, agency_id: int, at: datetime) -> None:
    """An agency that took both cases on knows them to be about the same person."""
    book.add(CaseLink(agency_id=agency_id, case=book.case, earlier_case=earlier.case, linked_at=at))


def _passed(book: Casebook, referral: Referral, consent: ConsentEntry) -> list[str]:
    sender = book.grants[referral.referring_agency_id]
    covered = {*sender.compartments, *sender.earlier_compartments}
    return sorted(covered & set(referral.offered) & set(consent.compartments))


def _grant(
    book: Casebook, receiver: int, consent: ConsentEntry, parts: list[str], at: datetime
) -> Grant:
    leads = book.case.lead_agency_id == receiver
    grant = Grant(
        case=book.case,
        agency_id=receiver,
        reference=book.references.next(CASE),
        compartments=sorted({*(SHARED if leads else parts), notes_of(receiver)}),
        earlier_compartments=parts,
        consent=consent,
        first_epoch=book.case.epoch,
        granted_at=at,
        expires_at=ledger.closes_at(consent),
    )
    book.grants[receiver] = grant
    book.add(grant)
    return grant


def _start_epoch(book: Casebook, at: datetime, *, without: int) -> None:
    book.case.epoch += 1
    others = book.live(at, without=without)
    fresh = book.new_epoch(other.agency_id for other in others)
    for other in others:
        book.give(other, _only(fresh, other.compartments))


def _end_access(book: Casebook, agency_id: int, at: datetime) -> None:
    """What an agency could open gets other keys, as ``referrals/renewing.py`` does it: one bundle
    for each of the others takes the place of all it had."""
    leaver = book.grants.pop(agency_id)
    leaver.revoked_at = at
    parts = {*leaver.compartments, *leaver.earlier_compartments} & {*SHARED}
    fresh = book.seal_anew(parts)
    book.case.epoch += 1
    working = book.live(at, without=agency_id)
    newest = book.new_epoch(other.agency_id for other in working)
    book.rows[Bundle] = []
    for other in book.grants.values():
        held = book.held.pop(other.agency_id)
        kept = {place: key for place, key in held.items() if place[0] not in parts}
        kept |= {place: key for place, key in fresh.items() if place in held}
        new = _only(newest, other.compartments) if other in working else {}
        book.give(other, {**kept, **new})
    tags = book.rows[SearchTag]
    book.rows[SearchTag] = [row for row in tags if row["agency_id"] != agency_id]


def _taken_back(given: ConsentEntry, by: Membership, at: datetime) -> ConsentEntry:
    return given.again(
        answer=ConsentAnswer.REFUSED,
        method="",
        wording_version="",
        ground="",
        safe_to_tell="",
        expires_at=None,
        approve_by=None,
        approved_by_id=None,
        taken_by_id=by.pk,
        taken_by_agency_id=by.agency_id,
        taken_at=at,
        withdraws_id=given.pk,
    )


def _relay(book: Casebook, referral: Referral, at: datetime) -> None:
    """What the sweep does at once: upstream learns that an answer came."""
    if referral.parent is None:
        return
    referral.answer_relayed_at = at + RELAYED_AFTER
    upstream: Referral | None = referral.parent
    while upstream is not None:
        upstream.onward_answered_at = at + RELAYED_AFTER
        upstream = upstream.parent


def _only(keys: CaseKeys, compartments: list[str]) -> dict[tuple[str, int], bytes]:
    return {key: value for key, value in keys.items() if key[0] in compartments}
