"""A referral as FHIR R4 shows it: a ServiceRequest and the Task of fulfilling it.

Neither holds a name, a number or a word of the story: the person is a contained Patient with
nothing in it. What was granted of a case is read at ``referrals/{reference}/case/``.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from accounts.models import Membership
from api.agencies import code_of
from api.fhir import codes
from api.serializers import instant
from directory.harm import HarmStrand, Need
from directory.reasons import ClosureReason, DeclineReason, WithdrawalReason
from referrals.lifecycle import Side, Status
from referrals.models import Referral
from referrals.models.referral import Feedback, Question

Resource = dict[str, Any]
PERSON: Resource = {
    "resourceType": "Patient",
    "id": "person",
    "extension": [{"url": codes.ABSENT, "valueCode": "masked"}],
}


def concept(listed: str, code: str, display: str = "") -> Resource:
    """A coded word of one of our lists."""
    coding = {"system": f"{codes.SYSTEM}{listed}", "code": code}
    return {"coding": [{**coding, "display": display} if display else coding]}


def extension(name: str, kind: str, value: Any) -> Resource:
    """Something FHIR has no element for."""
    return {"url": f"{codes.EXTENSION}{name}", f"value{kind}": value}


def service_request(referral: Referral, member: Membership) -> Resource:
    """What is asked for, and of whom."""
    return _versioned(
        {
            "resourceType": "ServiceRequest",
            "id": referral.reference,
            "contained": [PERSON],
            "extension": _facts(referral, member),
            "identifier": [{"system": f"{codes.BASE}referral", "value": referral.reference}],
            "status": codes.request_status(referral),
            "intent": "order",
            "priority": codes.priority_of(referral.risk_band),
            "category": [
                concept("harm", code, HarmStrand(code).label) for code in referral.harm_strands
            ],
            "orderDetail": [concept("need", code, Need(code).label) for code in referral.needs],
            "subject": {"reference": "#person"},
            "authoredOn": instant(referral.sent_at or referral.created_at),
            "requester": _agency(referral.referring_agency_id),
            "performer": [_agency(referral.receiving_agency_id)],
        }
    )


def task(referral: Referral) -> Resource:
    """How far the asked agency has come with it."""
    business = codes.business_status(referral)
    due, ended = instant(referral.answer_due_at), instant(referral.closed_at)
    expected = referral.expected_on.isoformat() if referral.expected_on else None
    fed_back = referral.feedback and concept(
        "feedback", referral.feedback, Feedback(referral.feedback).label
    )
    return _versioned(
        {
            "resourceType": "Task",
            "id": referral.reference,
            "extension": [extension("expected-on", "Date", expected)] if expected else [],
            "status": codes.task_status(referral),
            "statusReason": _reason(referral),
            "businessStatus": concept("business-status", business),
            "intent": "order",
            "code": {"coding": [{"system": codes.FULFIL, "code": "fulfill"}]},
            "focus": {"reference": f"ServiceRequest/{referral.reference}"},
            "executionPeriod": _period(instant(referral.answered_at), ended),
            "authoredOn": instant(referral.sent_at or referral.created_at),
            "requester": _agency(referral.referring_agency_id),
            "owner": _agency(referral.receiving_agency_id),
            "restriction": {"period": {"end": due}} if due else None,
            "output": [{"type": {"text": "feedback"}, "valueCodeableConcept": fed_back}]
            if fed_back
            else [],
        }
    )


def bundle(found: Iterable[Resource], *, at: str, following: str | None) -> Resource:
    """A page of a search. There is no count."""
    links = [{"relation": "self", "url": at}]
    links += [{"relation": "next", "url": following}] if following else []
    entries = [
        {
            "fullUrl": f"{at.partition('?')[0]}/{resource['id']}",
            "resource": resource,
            "search": {"mode": "match"},
        }
        for resource in found
    ]
    return _without_nothing(
        {"resourceType": "Bundle", "type": "searchset", "link": links, "entry": entries}
    )


def version_of(resource: Mapping[str, Any]) -> str:
    """The name of a state, as a FHIR ETag gives it."""
    return f'W/"{resource["meta"]["versionId"]}"'


def _versioned(resource: Resource) -> Resource:
    said = _without_nothing(resource)
    text = json.dumps(said, sort_keys=True)
    version = hashlib.sha256(text.encode()).hexdigest()[:32]
    first = {name: said.pop(name) for name in ("resourceType", "id")}
    return {**first, "meta": {"versionId": version}, **said}


def _without_nothing(resource: Resource) -> Resource:
    """FHIR has no empty element."""
    return {name: value for name, value in resource.items() if value not in (None, [], {}, "")}


def _agency(agency_id: int) -> Resource:
    return {"identifier": {"system": f"{codes.BASE}agency", "value": code_of(agency_id)}}


def _period(start: str | None, end: str | None) -> Resource:
    return _without_nothing({"start": start, "end": end})


def _facts(referral: Referral, member: Membership) -> list[Resource]:
    made = referral.side_of(member.agency_id) is Side.REFERRING
    said = [
        ("area-code", "Code", referral.area_code),
        ("risk-band", "Code", referral.risk_band),
        ("age-band", "Code", referral.age_band),
        ("direct-contact", "Code", referral.contact),
        ("children", "Boolean", referral.children),
        ("visit-ended-at", "DateTime", instant(referral.visit_ended_at)),
        ("on-behalf-of", "String", referral.on_behalf_of if made else ""),
    ]
    return [extension(*each) for each in said if each[2] not in (None, "")]


def _reason(referral: Referral) -> Resource | None:
    if referral.status == Status.MORE_INFORMATION_ASKED:
        return concept("question", referral.question, Question(referral.question).label)
    if code := referral.decline_reason:
        return concept("decline-reason", code, DeclineReason(code).label)
    if code := referral.withdrawal_reason:
        return concept("withdrawal-reason", code, WithdrawalReason(code).label)
    if code := referral.closure_reason:
        return concept("closure-reason", code, ClosureReason(code).label)
    return None
