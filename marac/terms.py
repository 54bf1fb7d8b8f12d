"""What an area's MARAC asks for on a day: who coordinates, from which band on, and agreement."""

from datetime import date
from typing import NamedTuple

from accounts.models import Agency, AgencyKind, Membership
from accounts.roles import Permission
from directory.areas import AREAS
from directory.harm import RiskBand
from directory.sharing import OverrideGround
from referrals.details import ConsentDetails
from referrals.errors import ConsentMissing, NotWellFormed
from risk.models import AreaRule, ConsentRule
from risk.rules import rule_for
from risk.scoring import is_graver


class Terms(NamedTuple):
    """An area's terms on a day. Where no rule is set, the strictest hold."""

    coordinator: Agency
    threshold: RiskBand = RiskBand.HIGH
    consent_rule: ConsentRule = ConsentRule.NEEDED

    def reached(self, risk_band: str) -> bool:
        """Whether a band reaches the area's threshold. No score is looked at here."""
        return not is_graver(self.threshold, RiskBand(risk_band))


def terms_of(area_code: str, on: date) -> Terms:
    """The terms of an area's MARAC on a day.

    :raises NotWellFormed: for a place outside the region, or one that nobody coordinates.
    """
    if area_code not in AREAS:
        raise NotWellFormed("area_code", "This address is outside the region: ring its own MARAC.")
    rule = rule_for(area_code, on)
    coordinator = (rule and rule.coordinator) or _anybodys()
    if coordinator is None:
        raise NotWellFormed("area_code", f"Nobody coordinates a MARAC for {AREAS[area_code].name}.")
    if rule is None:
        return Terms(coordinator)
    return Terms(coordinator, RiskBand(rule.marac_band), ConsentRule(rule.consent_rule))


def check_consent(consent: ConsentDetails, terms: Terms, risk_band: str) -> None:
    """Refuse to refer without her agreement where the area's rule does not allow it.

    Life at risk opens every area: that is the law's exception, not the area's. What the rule
    allows is still a recorded ground that a second person approves (``referrals/consent.py``).

    :raises ConsentMissing: saying what the area's rule is.
    """
    if consent.is_given or consent.ground == OverrideGround.LIFE_AT_RISK:
        return
    if terms.consent_rule == ConsentRule.NEEDED:
        raise ConsentMissing(
            "This area’s MARAC hears a case only with their agreement, unless life is at risk."
        )
    if terms.consent_rule == ConsentRule.AT_THRESHOLD and not terms.reached(risk_band):
        raise ConsentMissing(
            "Without their agreement this area’s MARAC hears a case only from the threshold on:"
            f" {terms.threshold.label.lower()} risk."
        )


def coordinates(member: Membership) -> bool:
    """Whether a member may run meetings: a manager of an agency that coordinates somewhere."""
    return member.has(Permission.MANAGE) and is_coordinator(member.agency)


def is_coordinator(agency: Agency) -> bool:
    """Whether an agency coordinates: by its kind, or because an area's rule names it."""
    named = AreaRule.objects.filter(coordinator=agency.pk)
    return agency.kind == AgencyKind.COORDINATOR or named.exists()


def _anybodys() -> Agency | None:
    agencies = Agency.objects.filter(kind=AgencyKind.COORDINATOR, is_active=True)
    return agencies.order_by("pk").first()
