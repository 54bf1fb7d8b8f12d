"""What a changed Task or ServiceRequest asks for, as the one move it stands for."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from accounts.models import Membership
from api.fhir import codes
from api.fhir.elements import Element
from api.fhir.outcomes import Issues
from api.fhir.shown import service_request, task
from directory.reasons import ClosureReason, DeclineReason, WithdrawalReason
from referrals import actions
from referrals.models import Referral
from referrals.models.referral import Question
from visits.actions import close, take, withdraw

_TASK_CHANGES: Final = {"status", "statusReason", "businessStatus", "extension", "meta"}
_REQUEST_CHANGES: Final = {"status", "extension", "meta"}
Deed = Callable[[], Referral]


def update_task(referral: Referral, sent: Any, *, by: Membership) -> Referral:
    """Answer, or end the work: ``status`` and its reason are what changes.

    :raises Issues: for any other change, and for a reason that does not go with the status.
    """
    issues: dict[str, str] = {}
    asked, now = Element(sent, "Task", issues), task(referral)
    _refuse_other_changes(asked, now, _TASK_CHANGES)
    status = asked.word("status")
    if _same(asked, now):
        _raise(issues)
        return referral
    deed = _answered(referral, asked, status, by)
    _raise(issues)
    return deed()


def update_request(referral: Referral, sent: Any, *, by: Membership) -> Referral:
    """Take a referral back: ``status`` becomes revoked, for a coded reason.

    :raises Issues: for any other change.
    """
    issues: dict[str, str] = {}
    asked, now = Element(sent, "ServiceRequest", issues), service_request(referral, by)
    _refuse_other_changes(asked, now, _REQUEST_CHANGES)
    if asked.word("status") == now["status"]:
        _raise(issues)
        return referral
    if asked.word("status") != "revoked":
        asked.fault("status", "What was sent can be revoked, and nothing else.")
    reason = _revoked_for(asked)
    _raise(issues)
    return withdraw(referral.reference, by=by, reason=reason)


def _raise(issues: Mapping[str, str]) -> None:
    if issues:
        raise Issues(issues)


def _refuse_other_changes(asked: Element, now: Mapping[str, Any], changes: set[str]) -> None:
    """A whole resource comes back as it was shown, but for what may change in it."""
    for name in sorted(asked.value.keys() | now.keys()):
        if name not in changes and asked.value.get(name) != now.get(name):
            asked.fault(name[:60], "This cannot be changed here: send it as it was read.")


def _same(asked: Element, now: Mapping[str, Any]) -> bool:
    names = ("status", "statusReason", "businessStatus", "extension")
    return all(asked.value.get(name) == now.get(name) for name in names)


def _answered(referral: Referral, asked: Element, status: str, by: Membership) -> Deed:
    """The move that a status stands for; none for one that stands for none, which is a fault."""
    reference = referral.reference
    if status in {codes.ACCEPTED, codes.IN_PROGRESS}:
        return lambda: take(reference, by=by)
    if status == codes.REJECTED:
        reason = _reason(asked, "decline-reason", DeclineReason.values)
        return lambda: actions.decline(reference, by=by, reason=reason)
    if status == codes.RECEIVED:
        return _waiting_or_asked(reference, asked, by)
    if status in {codes.COMPLETED, codes.FAILED, codes.CANCELLED}:
        reason = _reason(asked, "closure-reason", ClosureReason.values)
        if codes.CLOSED_AS.get(reason, status) != status:
            asked.fault("status", f"With this reason it is {codes.CLOSED_AS[reason]}.")
        return lambda: close(reference, by=by, reason=reason)
    asked.fault("status", "A Task cannot be brought to this.")
    return lambda: referral


def _waiting_or_asked(reference: str, asked: Element, by: Membership) -> Deed:
    if "statusReason" in asked.value:
        question = _reason(asked, "question", Question.values)
        return lambda: actions.ask(reference, by=by, question=question)
    days = asked.extensions({"expected-on": "Date"}).get("expected-on", [])
    try:
        expected_on = date.fromisoformat(days[0])
    except (IndexError, TypeError, ValueError):
        asked.fault("extension", "Say what is asked (statusReason), or expected-on which day.")
        expected_on = date.max
    return lambda: actions.wait(reference, by=by, expected_on=expected_on)


def _reason(asked: Element, listed: str, known: list[str]) -> str:
    concept = asked.inner("statusReason")
    code = concept.code(listed) if concept else ""
    if concept is None or (code and code not in known):
        asked.fault("statusReason", f"Give a code of {codes.SYSTEM}{listed}.")
    return code


def _revoked_for(asked: Element) -> str:
    found = [each for each in asked.each("extension") if each.word("url") == codes.STATUS_REASON]
    concept = found[0].inner("valueCodeableConcept") if found else None
    code = concept.code("withdrawal-reason") if concept else ""
    if concept is None or code not in WithdrawalReason.values:
        asked.fault("extension", f"Say why, in {codes.STATUS_REASON}.")
    return code
