"""What a test begins with: real cases, sent and taken through the same actions as in life."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from accounts.models import Agency, Membership
from directory.models import Service
from directory.safe_times import SafeTime, safe_window, windows_of
from referrals import actions
from referrals.actions.referring_on import Onward
from referrals.beginning import Route
from referrals.details import CaseDetails, ConsentDetails, PartyDetails
from referrals.models import Referral
from tenancy.work import unit_of_work
from tests.world import LIVERPOOL

WEEKDAY_MORNINGS = tuple(safe_window(day, time(9), time(12)) for day in range(5))
ANY_TIME = windows_of([SafeTime.ANY_TIME])
DOCUMENTS: dict[str, dict[str, str]] = {
    "identity": {"given_name": "Zoë", "family_name": "O’Nyström", "born_on": "1991-04-23"},
    "contact": {"phone": "07700 900461", "channel": "phone_call", "what_to_say": "The surgery"},
    "address": {"staying_at": "With a friend", "postcode": "L3 1BY"},
    "incident": {"summary": "Threatened at home.", "crime_reference": "05A1/12345/26"},
    "risk": {"grounds": "Threats to kill", "hazards": "A dog"},
    "needs": {"wanted": "Somebody to talk to"},
}
PARTNER = PartyDetails(
    kind="alleged_perpetrator",
    relationship="partner",
    document={"given_name": "Alex", "family_name": "Harte"},
)


def somebody_else(officer: Membership) -> dict[str, dict[str, str]]:
    """The words about a person whom nothing links to those referred before; the first is Zoë."""
    with unit_of_work(officer.context):
        nth = Referral.objects.count()
    if not nth:
        return DOCUMENTS
    return {
        **DOCUMENTS,
        "identity": {**DOCUMENTS["identity"], "born_on": str(date(1991, 5, 1) + timedelta(nth))},
        "contact": {**DOCUMENTS["contact"], "phone": f"07700 900{500 + nth}"},
        "incident": {**DOCUMENTS["incident"], "crime_reference": f"05A1/{20000 + nth}/26"},
    }


def details(**changes: Any) -> CaseDetails:
    """A case in Liverpool, high risk, contact allowed on weekday mornings."""
    given: dict[str, Any] = {
        "area_code": LIVERPOOL,
        "harm_strands": ["domestic_abuse"],
        "risk_band": "high",
        "children": True,
        "contact": "allowed",
        "safe_windows": WEEKDAY_MORNINGS,
        "documents": DOCUMENTS,
        "parties": [PARTNER],
    }
    return CaseDetails(**{**given, **changes})


def consent(**changes: Any) -> ConsentDetails:
    """She agreed, in person, to the wording of the day."""
    given = {"answer": "given", "method": "in_person", "wording_version": "2026-1"}
    return ConsentDetails(**{**given, **changes})


def route(to: str = "liverpool-idva", **changes: Any) -> Route:
    """To an agency by its code, from the police, two hours after they left."""
    given: dict[str, Any] = {
        "to": Agency.objects.get(code=to),
        "source": "police",
        "visit_ended_at": datetime.now(UTC) - timedelta(hours=2),
    }
    return Route(**{**given, **changes})


def a_sent_referral(
    by: Membership,
    *,
    to: str = "liverpool-idva",
    agreed: ConsentDetails | None = None,
    **changes: Any,
) -> Referral:
    """A referral that waits for an answer; ``changes`` are the case's."""
    return actions.refer(details(**changes), agreed or consent(), route(to), by=by)


def a_taken_referral(officer: Membership, adviser: Membership, **changes: Any) -> Referral:
    """A referral that the adviser has taken."""
    to = adviser.agency.code
    referral = a_sent_referral(officer, to=to, **changes)
    return actions.accept(referral.reference, by=adviser)


def an_onward_referral(parent: Referral, adviser: Membership, to: str, **changes: Any) -> Referral:
    """A referral of the adviser's case to a service that waits for an answer."""
    agreed = consent(compartments=changes.pop("compartments", ["identity", "contact", "needs"]))
    with unit_of_work(adviser.context):
        service = Service.objects.get(agency__code=to)
    needs = changes.pop("needs", ["counselling"])
    onward = Onward(service=service.pk, needs=needs, consent=agreed, **changes)
    return actions.refer_on(parent.reference, onward, by=adviser)


def accepted(referral: Referral, by: Membership) -> Referral:
    """A referral that somebody has accepted."""
    return actions.accept(referral.reference, by=by)


def withdrawn(referral: Referral, by: Membership) -> Referral:
    """A referral that its sender has taken back because she withdrew her agreement."""
    return actions.withdraw(referral.reference, by=by, reason="consent_withdrawn")
