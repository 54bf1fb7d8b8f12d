"""What she says later: less, nothing any more, until when, or yes after all."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Membership
from audit.recording import record, record_for_both
from directory.sharing import ConsentAnswer, ConsentMethod
from events.kinds import EventKind
from events.outbox import tell_systems
from notices.outbox import owe
from referrals import consent as ledger
from referrals import policy
from referrals.actions._making_a_move import lock_case, told_on
from referrals.clear_facts import check_code
from referrals.details import ConsentDetails
from referrals.errors import ConsentMissing, MoveNotAllowed, NotWellFormed
from referrals.keeping import SHARED
from referrals.lifecycle import Side, Status
from referrals.models import Case, ConsentEntry, Referral
from referrals.models.consent import Purpose
from referrals.passing import end_access, follow_answer
from tenancy.work import unit_of_work

_KEYS_WERE_PASSED = frozenset({Status.ACCEPTED, Status.CLOSED})


class Answering(NamedTuple):
    """Her answer about a referral's receiver as it stands, the case locked, and the moment."""

    referral: Referral
    case: Case
    given: ConsentEntry | None
    at: datetime

    @property
    def has_passed(self) -> bool:
        """Whether the receiver has been given keys by it."""
        return self.referral.status in _KEYS_WERE_PASSED

    def standing(self) -> ConsentEntry:
        """The answer that stands.

        :raises ConsentMissing: if nothing was agreed, or it has ended already.
        """
        if self.given is None or not ledger.allows(self.given, at=self.at):
            raise ConsentMissing("There is no agreement, or it has ended. Nothing was changed.")
        return self.given


def withdraw_consent(reference: str, *, by: Membership) -> ConsentEntry:
    """Record that she withdraws her agreement to what a referral passed on; its access ends now.

    ``reference`` is that of the referral she agreed to. The receiver's keys are deleted, what they
    opened is sealed anew for the others, and what was still to be told it about the case is not.
    What was read cannot be unread.

    :raises PermissionDenied: if they may not work on the case.
    :raises ConsentMissing: if nothing was agreed, or it has ended already.
    """
    with _answering("withdraw", reference, by=by) as answering:
        referral, case, _, at = answering
        entry = ledger.withdrawn(answering.standing(), by=by, at=at)
        if answering.has_passed:
            end_access(case, referral.receiving_agency_id, at=at)
        _tell("consent.withdrawn", referral, entry, by)
        return entry


def narrow_consent(
    reference: str, parts: Collection[str], *, by: Membership, method: str = ""
) -> ConsentEntry:
    """Record that she takes parts of a case back from a referral's receiver, and leaves the rest.

    Exactly those keys go; what they opened is sealed anew for the others.

    :raises PermissionDenied: if they may not work on the case.
    :raises ConsentMissing: if nothing was agreed, or it has ended already.
    :raises NotWellFormed: for parts that are not shared, none, or all of them.
    """
    with _answering("narrow", reference, by=by, parts=parts) as answering:
        given, taken = answering.standing(), set(parts)
        _check_parts(taken, given)
        left = sorted(set(given.compartments) - taken)
        entry = _said(answering, by, method, compartments=left)
        if answering.has_passed:
            follow_answer(answering.case, entry, taken_back=taken)
        _tell("consent.changed", answering.referral, entry, by)
        return entry


def end_consent_at(
    reference: str, ends_at: datetime, *, by: Membership, method: str = ""
) -> ConsentEntry:
    """Record until when she agrees. At that instant the access closes by itself.

    :raises NotWellFormed: for an instant that has passed, or to let something shared without her
        agreement go on for longer than was approved.
    """
    with _answering("end_at", reference, by=by) as answering:
        given = answering.standing()
        if ends_at <= answering.at:
            raise NotWellFormed("expires_at", "That time has passed: withdraw it instead.")
        if given.ground and given.expires_at and ends_at > given.expires_at:
            raise NotWellFormed("expires_at", "Without their agreement it can only end earlier.")
        entry = _said(answering, by, method, expires_at=ends_at)
        if answering.has_passed:
            follow_answer(answering.case, entry)
        _tell("consent.changed", answering.referral, entry, by)
        return entry


def record_agreement(reference: str, consent: ConsentDetails, *, by: Membership) -> ConsentEntry:
    """Record that she agrees to what a referral passed on: again, or after an emergency.

    What she does not agree to of what was shared is taken back with it. Who leads the case may
    be let write a part that it had lost; what stood in it before stays closed.

    :raises ConsentMissing: if she did not agree, or the access has ended: refer again then.
    :raises NotWellFormed: for more parts than were passed on.
    """
    with _answering("agree", reference, by=by, parts=consent.compartments) as answering:
        referral, case, given, at = answering
        ledger.check(consent, at=at)
        if not consent.is_given:
            raise ConsentMissing(
                "They have not agreed. What is shared without that ends by itself."
            )
        shared = set(answering.standing().compartments if answering.has_passed else ())
        leads = case.lead_agency_id == by.agency_id == referral.receiving_agency_id
        allowed = set(SHARED) if leads else shared or set(referral.offered)
        if more := set(consent.compartments) - allowed:
            raise NotWellFormed(
                "consent.compartments", f"Refer again to pass on more: {', '.join(sorted(more))}."
            )
        purpose = Purpose(given.purpose) if given else Purpose.SERVICE
        entry = ledger.enter_in_ledger(
            case, referral.receiving_agency, consent, purpose=purpose, by=by, at=at
        )
        if answering.has_passed:
            agreed = set(consent.compartments)
            added = agreed - shared
            follow_answer(case, entry, taken_back=shared - agreed, added=added)
        _tell("consent.changed", referral, entry, by)
        return entry


def enter_withdrawal(referral: Referral, *, by: Membership, at: datetime) -> None:
    """Enter her withdrawal in the ledger, unless it says so already."""
    given = ledger.newest_line(referral.case_id, referral.receiving_agency_id)
    if given is not None and ledger.allows(given, at=at):
        ledger.withdrawn(given, by=by, at=at)


@contextmanager
def _answering(
    deed: str, reference: str, *, by: Membership, parts: Collection[str] = ()
) -> Iterator[Answering]:
    """Lock the case, and see whether this is theirs to record; both sides have it in evidence."""
    with unit_of_work(by.context):
        record(f"consent.{deed}", about=("referral", reference), compartments=sorted(set(parts)))
        case = lock_case(reference)
        visible = Referral.objects.visible_to(by).select_related("receiving_agency")
        referral = visible.get(reference=reference)
        if case is None or not policy.may_open(by, referral):
            raise PermissionDenied
        given = ledger.newest_line(case.pk, referral.receiving_agency_id)
        at = timezone.now()
        yield Answering(referral, case, given, at)
        sides = (referral.referring_agency_id, referral.receiving_agency_id)
        tell_systems(sides, EventKind.CONSENT_CHANGED, reference=reference, at=at)
        record_for_both(referral.receiving_agency_id)


def _check_parts(taken: set[str], given: ConsentEntry) -> None:
    if not taken:
        raise NotWellFormed("compartments", "Say which parts they take back.")
    if taken - set(given.compartments):
        raise NotWellFormed("compartments", "One of these parts is not shared.")
    if taken == set(given.compartments):
        raise NotWellFormed("compartments", "This is all that is shared: withdraw it instead.")


def _said(answering: Answering, by: Membership, method: str, **changes: object) -> ConsentEntry:
    """Her answer again, changed.

    :raises MoveNotAllowed: while the second person behind an emergency is still to be found: it
        is not for another agency to keep half of it open.
    """
    given = answering.standing()
    check_code("method", method, {"", *ConsentMethod.values})
    waits = given.ground and given.approved_by_id is None
    if waits and given.taken_by_agency_id != by.agency_id:
        raise MoveNotAllowed(
            "A second person has yet to stand behind this. Withdraw it, or record their agreement."
        )
    if given.answer == ConsentAnswer.GIVEN and method:
        changes["method"] = method
    return ledger.said_anew(given, by=by, at=answering.at, **changes)


def _tell(kind: str, referral: Referral, entry: ConsentEntry, by: Membership) -> None:
    """Tell whoever has it at the receiver, without saying what: not whoever has just done it."""
    told = [member for member in told_on(referral, Side.RECEIVING) if member.pk != by.pk]
    owe(told, kind=kind, reference=referral.reference, dedupe=str(entry.pk))
