"""Whether the grounds that were given are met, and whether a MARAC may hear of this person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from directory.ages import AgeBand
from marac.codes import Answer, Ground
from marac.terms import Terms
from referrals.compartments import Compartment
from referrals.errors import NotWellFormed

if TYPE_CHECKING:
    from marac.actions.referring import MaracDetails
    from referrals.models import Referral

ADULT: Final = 16
"""From this age on a MARAC hears of somebody, and domestic abuse is what the law means by it.

(https://docsbay.net/confidential-and-restricted-when-complete)
"""
ESCALATES_FROM: Final = 3
"""Incidents reported to the police within twelve months."""
LEAST_JUDGEMENT: Final = 20
NEEDED_PARTS: Final = frozenset({Compartment.IDENTITY, Compartment.RISK})
"""Without these nobody at the meeting knows whom they speak of, or why."""


def check_grounds(details: MaracDetails, referral: Referral, terms: Terms) -> None:
    """Refuse a ground that is not met.

    :raises NotWellFormed: naming the answer that is wrong.
    """
    grounds = set(details.grounds)
    if not grounds or not grounds <= set(Ground.values) - {Ground.TRANSFER}:
        raise NotWellFormed("grounds", "Select at least one ground.")
    if Ground.VISIBLE_HIGH_RISK in grounds and not terms.reached(referral.risk_band):
        raise NotWellFormed(
            "grounds",
            f"The risk recorded is below this area’s threshold ({terms.threshold.label.lower()})."
            " Assess it again, or give your professional judgement.",
        )
    judged = len(details.judgement.strip()) >= LEAST_JUDGEMENT
    if Ground.PROFESSIONAL_JUDGEMENT in grounds and not judged:
        raise NotWellFormed("judgement", "Say why, in your judgement, it must be heard.")
    escalates = (details.police_incidents or 0) >= ESCALATES_FROM
    if Ground.POTENTIAL_ESCALATION in grounds and not escalates:
        raise NotWellFormed(
            "police_incidents",
            "Potential escalation means 3 or more police incidents in 12 months.",
        )
    if Ground.REPEAT in grounds and details.said_repeat != Answer.YES:
        raise NotWellFormed("said_repeat", "Say that they were referred within 12 months.")


def check_person(details: MaracDetails, referral: Referral) -> None:
    """Refuse somebody under 16, and a referral that would not say whom it is about, or why.

    :raises NotWellFormed: naming the answer that is wrong.
    """
    band = AgeBand(referral.age_band)
    if band.oldest < ADULT:
        raise NotWellFormed(
            "is_adult", "A MARAC hears of people of 16 and over. Tell children’s social care."
        )
    if band.youngest < ADULT and not details.is_adult:
        raise NotWellFormed("is_adult", "Confirm that they are 16 or over.")
    for field, code in (("knows", details.knows), ("said_repeat", details.said_repeat)):
        if code not in Answer.values:
            raise NotWellFormed(field, "Answer yes, no or not known.")
    if not set(details.consent.compartments) >= NEEDED_PARTS:
        raise NotWellFormed("compartments", "A MARAC needs to know who they are, and the risk.")
