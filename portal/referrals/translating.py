"""From the officer's answers to the shapes the heart takes, and from a draft back to them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from directory.contact import DirectContact
from directory.safe_times import SafeTime, SafeWindow, windows_from_json, windows_of
from directory.sharing import LawfulBasis, OverrideGround, PartyKind, Relationship, SpecialCondition
from portal.referrals.forms import NOT_KNOWN, OUTSIDE, Agreement, Contact
from portal.referrals.wording import OF_TODAY
from referrals.compartments import Compartment
from referrals.details import CaseDetails, ConsentDetails, PartyDetails
from referrals.models import ConsentEntry, RecordKind, Referral
from referrals.reading import OpenedCase

Answers = Mapping[str, Any]
DOCUMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "identity": ("given_name", "family_name", "language"),
    "contact": ("phone", "channel", "what_to_say", "safe_person"),
    "address": ("staying_at", "postcode"),
    "incident": ("summary", "crime_reference"),
}
FIELDS_OF: Final[Mapping[Any, str]] = {
    "party.given_name": "their_given_name",
    "party.family_name": "their_family_name",
    "party.works_for": "works_for",
    "parties.relationship": "relationship",
    "contact": "channel",
    "safe_windows": "safe_times",
    "area_code": "area",
}
"""Where the form asks what the heart knows by another name."""

INTERPRETER: Final = "Needed"
_DIRECT: Final = frozenset({Contact.PHONE_CALL, Contact.WITHHELD_CALL, Contact.TEXT})
_CHILDREN: Final = {"yes": True, "no": False, NOT_KNOWN: None}


def case_details(given: Answers) -> CaseDetails:
    """What is known of the case. Direct contact is allowed where a way and a time are safe."""
    windows = windows_of(given["safe_times"])
    direct = given["channel"] in _DIRECT and bool(windows)
    return CaseDetails(
        area_code=given["area_code"],
        harm_strands=given["harm_strands"],
        risk_band=given["risk_band"],
        children=_CHILDREN[given["children"]],
        contact=DirectContact.ALLOWED if direct else DirectContact.HELD,
        safe_windows=windows,
        documents=_documents(given),
        parties=_parties(given),
    )


def consent_details(given: Answers) -> ConsentDetails:
    """Her agreement to the wording of the day, or the emergency without it."""
    if given["agreement"] == Agreement.GIVEN:
        return ConsentDetails(
            answer=given["agreement"],
            method=given["method"],
            wording_version=OF_TODAY.version,
            compartments=[str(part) for part in Compartment],
        )
    return ConsentDetails(
        answer=given["answer"],
        basis=LawfulBasis.VITAL_INTERESTS,
        condition=SpecialCondition.VITAL_INTERESTS,
        ground=OverrideGround.LIFE_AT_RISK,
        safe_to_tell=given["safe_to_tell"],
        reason=given["reason"],
    )


def answers_of(case: OpenedCase, consent: ConsentEntry | None) -> dict[str, Any]:
    """The form's answers, from a draft."""
    referral = case.referral
    found: dict[str, Any] = {}
    for part, names in DOCUMENTS.items():
        found |= {name: case.document(part).get(name, "") for name in names}
    identity = case.document("identity")
    return {
        **found,
        **_party_answers(case),
        **_consent_answers(case, consent),
        "born_on": date.fromisoformat(born_on) if (born_on := identity.get("born_on")) else None,
        "interpreter": bool(identity.get("interpreter")),
        "name_not_given": not (found["given_name"] or found["family_name"]),
        "channel": found["channel"] or Contact.NONE,
        "safe_times": safe_times_of(referral),
        "area": referral.area_code or OUTSIDE,
        "harm_strands": referral.harm_strands,
        "risk_band": referral.risk_band,
        "children": next(key for key, fact in _CHILDREN.items() if fact is referral.children),
        "visit_ended_at": referral.visit_ended_at,
    }


def safe_times_of(referral: Referral) -> list[str]:
    """The choices of the form that the recorded windows are made of."""
    return choices_of(windows_from_json(referral.safe_windows))


def choices_of(spans: Iterable[SafeWindow]) -> list[str]:
    """The choices of the form that windows are made of."""
    windows = set(spans)
    every = set(SafeTime.ANY_TIME.windows)
    if every <= windows:
        return [SafeTime.ANY_TIME.value]
    return [choice.value for choice in SafeTime if set(choice.windows) <= windows]


def _documents(given: Answers) -> dict[str, dict[str, str]]:
    documents = {part: {name: given[name] for name in names} for part, names in DOCUMENTS.items()}
    if given["channel"] == Contact.NONE:
        documents["contact"]["channel"] = ""
    if given["born_on"]:
        documents["identity"]["born_on"] = given["born_on"].isoformat()
    if given["interpreter"]:
        documents["identity"]["interpreter"] = INTERPRETER
    return documents


def _parties(given: Answers) -> list[PartyDetails]:
    document = {
        "given_name": given["their_given_name"],
        "family_name": given["their_family_name"],
        "works_for": given["works_for"],
    }
    if not (any(document.values()) or given["relationship"]):
        return []
    relationship = given["relationship"] or Relationship.NOT_KNOWN
    kind = PartyKind.ALLEGED_PERPETRATOR
    return [PartyDetails(kind=kind, relationship=relationship, document=document)]


def _party_answers(case: OpenedCase) -> dict[str, str]:
    parties = [record for record in case.records if record.kind == RecordKind.PARTY]
    if not parties:
        return {}
    return {
        "their_given_name": parties[0].document.get("given_name", ""),
        "their_family_name": parties[0].document.get("family_name", ""),
        "works_for": parties[0].document.get("works_for", ""),
        "relationship": parties[0].code.partition(":")[2],
    }


def _consent_answers(case: OpenedCase, consent: ConsentEntry | None) -> dict[str, str]:
    if consent is None:
        return {}
    if not consent.ground:
        return {"agreement": Agreement.GIVEN, "method": consent.method}
    return {
        "agreement": Agreement.LIFE_AT_RISK,
        "answer": consent.answer,
        "safe_to_tell": consent.safe_to_tell,
        "reason": case.document("incident").get("override_reason", ""),
    }
