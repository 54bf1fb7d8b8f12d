"""What a referral says when it is begun: the shapes the doors hand to the actions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Final

from directory.ages import AgeBand, age_band_of
from directory.contact import DirectContact
from directory.safe_times import SafeWindow
from directory.sharing import (
    Capacity,
    ConsentAnswer,
    LawfulBasis,
    PartyKind,
    Relationship,
    SpecialCondition,
)
from referrals.clear_facts import check_code, checked
from referrals.compartments import Compartment, Document, cleaned, cleaned_party
from referrals.errors import NotWellFormed

SHARED_BY_DEFAULT: Final = tuple(
    str(part) for part in Compartment if part is not Compartment.ATTACHMENTS
)


@dataclass(frozen=True, kw_only=True)
class PartyDetails:
    """Another person in the case: ``kind`` and ``relationship`` are codes of ``directory``."""

    kind: str
    relationship: str
    document: Document = field(default_factory=dict)

    @property
    def code(self) -> str:
        """``kind:relationship``, which stands in the clear."""
        return f"{self.kind}:{self.relationship}"


@dataclass(frozen=True, kw_only=True)
class CaseDetails:
    """Everything known at the start. Documents are by compartment; instants are aware."""

    area_code: str
    harm_strands: Sequence[str]
    risk_band: str
    documents: Mapping[str, Document]
    children: bool | None = None
    needs: Sequence[str] = ()
    contact: str = DirectContact.HELD
    safe_windows: Sequence[SafeWindow] = ()
    parties: Sequence[PartyDetails] = ()

    @cached_property
    def cleaned_documents(self) -> Mapping[str, Mapping[str, str]]:
        """The documents that say something, fit to be sealed.

        :raises NotWellFormed: for the first that is not.
        """
        found = {part: cleaned(part, document) for part, document in self.documents.items()}
        return {part: document for part, document in found.items() if document}

    @cached_property
    def cleaned_parties(self) -> Sequence[PartyDetails]:
        """The parties, fit to be sealed, under codes that are on their lists.

        :raises NotWellFormed: for the first that is not.
        """
        for party in self.parties:
            check_code("parties.kind", party.kind, PartyKind.values)
            check_code("parties.relationship", party.relationship, Relationship.values)
        return [replace(party, document=cleaned_party(party.document)) for party in self.parties]

    def facts(self, on: date) -> dict[str, object]:
        """The clear facts, with the age band of a day. Contact is held unless windows say when.

        :raises NotWellFormed: for a code on no list, or a date of birth that cannot be.
        """
        if not self.harm_strands:
            raise NotWellFormed("harm_strands", "Select at least one kind of harm.")
        return checked(
            {
                "area_code": self.area_code,
                "harm_strands": list(self.harm_strands),
                "risk_band": self.risk_band,
                "age_band": self._age_band(on),
                "needs": list(self.needs),
                "children": self.children,
                "contact": self.contact,
                "safe_windows": list(self.safe_windows),
            }
        )

    def _age_band(self, on: date) -> str:
        born_on = self.cleaned_documents.get(Compartment.IDENTITY, {}).get("born_on")
        if not born_on:
            return AgeBand.NOT_KNOWN
        try:
            return age_band_of(date.fromisoformat(born_on), on)
        except ValueError as error:
            raise NotWellFormed("identity.born_on", str(error)) from None


@dataclass(frozen=True, kw_only=True)
class ConsentDetails:
    """What she answered and how, or on what ground it is shared without her agreement.

    ``agreed_at`` is when she did, where a form on paper is typed in later.
    """

    answer: str
    method: str = ""
    wording_version: str = ""
    capacity: str = Capacity.PRESUMED
    basis: str = LawfulBasis.CONSENT
    condition: str = SpecialCondition.EXPLICIT_CONSENT
    ground: str = ""
    safe_to_tell: str = ""
    reason: str = ""
    expires_at: datetime | None = None
    agreed_at: datetime | None = None
    compartments: Sequence[str] = SHARED_BY_DEFAULT

    @property
    def is_given(self) -> bool:
        """Whether she agreed."""
        return self.answer == ConsentAnswer.GIVEN
