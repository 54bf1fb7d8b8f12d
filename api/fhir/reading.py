"""A ServiceRequest that is sent, as the referral it stands for."""

from collections.abc import Mapping
from typing import Any, Final

from rest_framework.exceptions import ValidationError

from api.fhir import codes
from api.fhir.elements import Element
from api.fhir.outcomes import Issues
from api.problems import problem_of
from api.referrals.serializers import ReferralIn
from directory.contact import DirectContact
from directory.sharing import ConsentAnswer

_FACTS: Final = {
    "area-code": "Code",
    "risk-band": "Code",
    "visit-ended-at": "DateTime",
    "children": "Boolean",
    "direct-contact": "Code",
    "on-behalf-of": "String",
    "crime-reference": "String",
    "risk-grounds": "String",
}
_FOOTING: Final = {
    "consent-method": "Code",
    "compartment": "Code",
    "lawful-basis": "Code",
    "special-condition": "Code",
    "ground": "Code",
    "safe-to-tell": "Code",
    "reason": "String",
    "capacity": "Code",
}
_NAMED: Final = {
    "consent-method": "method",
    "lawful-basis": "basis",
    "special-condition": "condition",
    "ground": "ground",
    "safe-to-tell": "safe_to_tell",
    "reason": "reason",
    "capacity": "capacity",
}
_WHERE: Final[Mapping[str, str]] = {
    "/harm_strands": "ServiceRequest.category",
    "/needs": "ServiceRequest.orderDetail",
    "/agreed_at": "Consent.dateTime",
    "/consent": "Consent",
    "/consent/wording_version": "Consent.policyRule",
    **{
        f"/consent/{ours}": f"Consent.extension('{codes.EXTENSION}{name}')"
        for name, ours in _NAMED.items()
    },
    "/case/identity/born_on": "Patient.birthDate",
    "/case/identity": "Patient.name",
    "/case/contact": "Patient.telecom",
    "/case/address": "Patient.address",
    "/postcode": "Patient.address.postalCode",
    "/case/incident/summary": "ServiceRequest.note",
}


def referral_of(sent: Any) -> dict[str, Any]:
    """A valid ``ReferralIn``.

    :raises Issues: for whatever is not understood, by its FHIRPath.
    """
    found: dict[str, str] = {}
    given = _given(Element(sent, "ServiceRequest", found))
    if found:
        raise Issues(found)
    read = ReferralIn(data=given)
    try:
        read.is_valid(raise_exception=True)
    except ValidationError as error:
        raise Issues(_placed(error)) from None
    return dict(read.validated_data)


def _placed(error: ValidationError) -> dict[str, str]:
    answer = problem_of(error)
    errors = answer.data["errors"] if answer else []
    return {_path(each["pointer"]): each["detail"] for each in errors}


def _path(pointer: str) -> str:
    """Where in what was sent a field of the referral was taken from."""
    at = pointer
    while at:
        if at in _WHERE:
            return _WHERE[at]
        at = at.rpartition("/")[0]
    name = pointer.strip("/").split("/")[0].replace("_", "-")
    return f"ServiceRequest.extension('{codes.EXTENSION}{name}')"


def _given(request: Element) -> dict[str, Any]:
    request.only(
        "resourceType",
        "contained",
        "extension",
        "status",
        "intent",
        "priority",
        "category",
        "orderDetail",
        "subject",
        "supportingInfo",
        "note",
    )
    _expect(request, "resourceType", "ServiceRequest")
    _expect(request, "intent", "order")
    if request.word("status") not in {"active", "draft"}:
        request.fault("status", "Send it as active, or as draft.")
    facts = {name: values[0] for name, values in request.extensions(_FACTS).items()}
    people, consents = _contained(request)
    given = {
        "draft": request.word("status") == "draft",
        "visit_ended_at": facts.get("visit-ended-at"),
        "area_code": facts.get("area-code", ""),
        "risk_band": facts.get("risk-band", ""),
        "children": facts.get("children"),
        "on_behalf_of": facts.get("on-behalf-of", ""),
        "contact": {"direct": facts.get("direct-contact", DirectContact.HELD)},
        "harm_strands": request.codes("category", "harm"),
        "needs": request.codes("orderDetail", "need"),
        "case": _case(request, facts),
    }
    _check_priority(request, given["risk_band"])
    subject = request.inner("subject")
    _person(given, people.get(subject.word("reference") if subject else ""), request)
    pointed = [each.word("reference") for each in request.each("supportingInfo")]
    _consent(given, [consents.get(each) for each in pointed], request)
    return given


def _expect(element: Element, name: str, word: str) -> None:
    if element.word(name) != word:
        element.fault(name, f"This is to be {word}.")


def _check_priority(request: Element, risk_band: str) -> None:
    """The risk band says it; a priority that says something else is a mistake of somebody's."""
    said = request.word("priority")
    if said and said != codes.priority_of(risk_band):
        request.fault("priority", "The risk band says something else. Leave this out.")


def _contained(request: Element) -> tuple[dict[str, Element], dict[str, Element]]:
    kinds: dict[str, dict[str, Element]] = {"Patient": {}, "Consent": {}}
    for each in request.each("contained"):
        if (kind := each.word("resourceType")) not in kinds:
            each.fault("resourceType", "A Patient and a Consent are understood here.")
            continue
        kinds[kind][f"#{each.word('id')}"] = each
    return kinds["Patient"], kinds["Consent"]


def _case(request: Element, facts: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    notes = []
    for note in request.each("note"):
        note.only("text")
        notes.append(note.word("text"))
    incident = {"summary": "\n\n".join(notes), "crime_reference": facts.get("crime-reference", "")}
    return {"incident": incident, "risk": {"grounds": facts.get("risk-grounds", "")}}


def _person(given: dict[str, Any], person: Element | None, request: Element) -> None:
    if person is None:
        request.fault("subject", "Point to a contained Patient, like #person.")
        return
    person.only("resourceType", "id", "name", "birthDate", "telecom", "address", "communication")
    identity = given["case"]["identity"] = {"born_on": person.word("birthDate")}
    if name := person.at_most_one("name"):
        name.only("use", "family", "given")
        identity["family_name"] = name.word("family")
        identity["given_name"] = " ".join(name.words("given"))
    if spoken := person.at_most_one("communication"):
        spoken.only("language", "preferred")
        language = spoken.inner("language")
        identity["language"] = language.word("text") if language else ""
    _ways(given, person)
    if address := person.at_most_one("address"):
        address.only("use", "text", "postalCode")
        given["postcode"] = address.word("postalCode")
        given["case"]["address"] = {"staying_at": address.word("text")}


def _ways(given: dict[str, Any], person: Element) -> None:
    contact = given["case"]["contact"] = {}
    for way in person.each("telecom"):
        way.only("system", "value", "use")
        system = way.word("system")
        if system not in {"phone", "email"} or system in contact:
            way.fault("system", "One phone and one email are understood here.")
            continue
        contact[system] = way.word("value")


def _consent(given: dict[str, Any], pointed: list[Element | None], request: Element) -> None:
    if len(pointed) != 1 or (consent := pointed[0]) is None:
        request.fault("supportingInfo", "Point to one contained Consent, like #agreement.")
        return
    consent.only(
        "resourceType",
        "id",
        "status",
        "scope",
        "category",
        "dateTime",
        "policyRule",
        "extension",
    )
    answers = {"active": ConsentAnswer.GIVEN, "rejected": ConsentAnswer.REFUSED}
    if (status := consent.word("status")) not in answers:
        consent.fault("status", "This is to be active (they agreed) or rejected.")
        return
    said = consent.extensions(_FOOTING)
    footing: dict[str, Any] = {
        _NAMED[name]: values[0] for name, values in said.items() if name in _NAMED
    }
    if parts := said.get("compartment"):
        footing["compartments"] = parts
    if wording := consent.inner("policyRule"):
        footing["wording_version"] = wording.code("wording")
    given["consent"] = {"answer": answers[status], **footing}
    given["agreed_at"] = consent.word("dateTime") or None
