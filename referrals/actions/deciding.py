"""The receiving side's answer, and the question that may come before it."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Final

from django.utils import timezone

from accounts.models import Membership
from directory.contact import DirectContact
from directory.reasons import DeclineReason
from directory.safe_times import LONDON
from referrals import clear_facts
from referrals import consent as ledger
from referrals.actions._making_a_move import making
from referrals.compartments import Compartment, cleaned_note
from referrals.conflicts import keep_out
from referrals.errors import AccessEnded, NotWellFormed, ReasonMissing
from referrals.keeping import Writing, keys_of, sealed_document
from referrals.lifecycle import Move
from referrals.linking import link_known
from referrals.models import RecordKind, Referral
from referrals.models.referral import Question
from referrals.passing import pass_keys
from referrals.references import again_if_taken
from referrals.ways import told_contact, write_told_ways

ANSWERABLE: Final = frozenset({"risk_band", "needs", "children", "contact", "safe_windows"})
LONGEST_WAIT: Final = 365  # days
END_OF_DAY: Final = time(17)
_OF_CONTACT: Final = frozenset({"contact", "safe_windows"})


@again_if_taken
def accept(reference: str, *, by: Membership, assign: bool = True) -> Referral:
    """Take the referral on: the agency may open what was agreed, and it is this member's.

    Consent and the offer's signature are checked again under the lock; then a new epoch begins.

    What the sender could not ask for, somebody declared after it was sent, is found only now that
    the case can be read: it does not exist for them, and a colleague takes it.

    :raises ConsentMissing: if her agreement has ended since it was sent.
    :raises Referral.DoesNotExist: also where ``by`` knows somebody in the case.
    """
    with making(Move.ACCEPT, reference, by=by) as (referral, case, at):
        if case is None:
            raise AccessEnded("You can no longer open this.")
        consent = ledger.permitted(case.pk, by.agency_id, at=at)
        ledger.check_agreements(referral.referring_agency, referral.receiving_agency, at=at)
        pass_keys(referral, case, consent, at=at)
        referral.answered_at = at
        referral.assigned_to = by if assign else None
        if keep_out(case.pk, link_known(case, by, at=at), agencies=[by.agency_id]):
            raise Referral.DoesNotExist
    return referral


def decline(reference: str, *, by: Membership, reason: str) -> Referral:
    """Turn the referral down, telling the referring agency the coded reason.

    :raises ReasonMissing: without a reason from the list.
    """
    if reason not in DeclineReason.values:
        raise ReasonMissing("Choose why you are declining this referral.")
    with making(Move.DECLINE, reference, by=by, reason=reason) as (referral, _, at):
        referral.decline_reason = reason
        referral.answered_at = at
    return referral


def ask(reference: str, *, by: Membership, question: str) -> Referral:
    """Ask the referring agency one of the listed questions before answering. The clock goes on.

    The question is coded: until it accepts, the receiver has no key to seal its words with.

    :raises ReasonMissing: for a question that is not on the list.
    """
    if question not in Question.values:
        raise ReasonMissing("Choose what you need to know.")
    with making(Move.ASK, reference, by=by, reason=question) as (referral, _, _):
        referral.question = question
    return referral


def wait(reference: str, *, by: Membership, expected_on: date) -> Referral:
    """Put the person on the service's waiting list until a day: that becomes the time to answer by.

    It stays unanswered: the service holds no key while nobody works with them, and whoever sent it
    can take it elsewhere. Said again, the day changes.

    :raises NotWellFormed: for a day that is not after today, or is more than a year away.
    """
    with making(Move.WAIT, reference, by=by, reason=str(expected_on)) as (referral, _, at):
        if not 0 < (expected_on - timezone.localdate(at, LONDON)).days <= LONGEST_WAIT:
            raise NotWellFormed("expected_on", "Enter a day after today, and within a year.")
        referral.expected_on = expected_on
        referral.answer_due_at = datetime.combine(expected_on, END_OF_DAY, LONDON)
        referral.chased = 0
    return referral


def answer(
    reference: str, *, by: Membership, changes: Mapping[str, object] | None = None, note: str = ""
) -> Referral:
    """Answer what was asked: ``changes`` to the clear facts show at once, words stay sealed.

    ``changes`` may name :data:`ANSWERABLE` facts. The note opens for the receiver if it accepts
    and was offered what happened.

    :raises NotWellFormed: for a fact that cannot be changed this way.
    """
    given = dict(changes or {})
    for fact in given.keys() - ANSWERABLE:
        raise NotWellFormed(fact, "This cannot be changed in an answer.")
    with making(Move.ANSWER, reference, by=by) as (referral, case, at):
        if case is None:
            raise AccessEnded("You can no longer open this.")
        writing = Writing(case, keys_of(case.pk, by.agency_id), by, at)
        if given:
            _change_facts(referral, writing, given)
        if words := cleaned_note(note):
            record: dict[str, object] = {"kind": RecordKind.NOTE, "code": "answer"}
            sealed_document(writing, Compartment.INCIDENT, words, **record).save()
    return referral


def _change_facts(referral: Referral, writing: Writing, changes: Mapping[str, object]) -> None:
    """Change what the preview shows; the case follows while nobody has taken it on.

    How she may be reached belongs to the case: once that is somebody's, an answer about an onward
    referral may hold contact, and never allow it.
    """
    facts = clear_facts.checked({**referral.facts(), **changes})
    about_contact = bool(_OF_CONTACT & changes.keys())
    if referral.parent_id and about_contact and facts["contact"] == DirectContact.ALLOWED:
        raise NotWellFormed("contact", "Change how they may be reached on the case itself.")
    for fact, value in facts.items():
        setattr(referral, fact, value)
    if referral.parent_id is not None:
        return
    case = writing.case
    for fact, value in facts.items():
        setattr(case, fact, value)
    case.save(update_fields=list(facts))
    if about_contact:
        write_told_ways(writing, referral, told_contact(case.pk, writing.by.agency_id))
