"""How a case begins: its rows, its first keys, its sealed records and its search tags."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone

from accounts.models import Agency, Membership
from directory.reasons import ReferralSource
from referrals.clear_facts import check_code, check_label
from referrals.compartments import Compartment, Document, cleaned
from referrals.details import CaseDetails, ConsentDetails, PartyDetails
from referrals.employers import check_employers
from referrals.errors import NotWellFormed
from referrals.keeping import Writing, make_keys, sealed_document
from referrals.models import Case, ContactRule, RecordKind, Referral, SealedRecord, SearchTag
from referrals.ways import NewWay, sealed_way
from vault.blind_index import (
    canonical_crime_ref,
    canonical_name_dob,
    canonical_phone,
    swapped_name_dob,
)
from vault.keyd import get_keyd

Documents = Mapping[str, Mapping[str, str]]
Term = tuple[str, tuple[str, ...]]


class Sealing(NamedTuple):
    """What is sealed at first: the details, an override's words, and the ways to reach her."""

    details: CaseDetails
    override_reason: str
    ways: Sequence[NewWay] = ()


@dataclass(frozen=True, kw_only=True)
class Route:
    """Where a referral goes and how it came about."""

    to: Agency
    source: str
    visit_ended_at: datetime | None = None
    answer_due_at: datetime | None = None
    outside_programme: bool = False
    route: str = ""
    on_behalf_of: str = ""


def begun(
    details: CaseDetails,
    consent: ConsentDetails,
    route: Route,
    *,
    reference: str,
    by: Membership,
    at: datetime,
) -> Referral:
    """A referral about a new case, not saved: check what can be checked before anything is.

    :raises NotWellFormed: for what cannot be kept.
    """
    check_code("source", route.source, ReferralSource.values)
    check_label("on_behalf_of", route.on_behalf_of)
    if route.to.pk == by.agency_id:
        raise NotWellFormed("receiving_agency", "Choose another agency than your own.")
    facts = details.facts(timezone.localdate(at))
    return Referral(
        reference=reference,
        case=Case(opened_at=at, last_activity_at=at, **facts),
        referring_agency_id=by.agency_id,
        receiving_agency=route.to,
        source=route.source,
        sent_by=by,
        on_behalf_of=route.on_behalf_of,
        offered=sorted(set(consent.compartments)),
        visit_ended_at=route.visit_ended_at,
        answer_due_at=route.answer_due_at,
        outside_programme=route.outside_programme,
        route=route.route,
        created_at=at,
        **facts,
    )


def seal_case(case: Case, sealing: Sealing, *, by: Membership, at: datetime) -> None:
    """Make the case's keys and seal everything that names, locates or tells, tagged for search."""
    keys = make_keys(case, agency_id=by.agency_id, at=at)
    writing = Writing(case, keys, by, at)
    details, reason, ways = sealing
    documents = dict(details.cleaned_documents)
    if words := cleaned(Compartment.INCIDENT, {"override_reason": reason}):
        documents[Compartment.INCIDENT] = {**documents.get(Compartment.INCIDENT, {}), **words}
    rows = [sealed_document(writing, part, document) for part, document in documents.items()]
    check_employers(details.cleaned_parties)
    rows += [_sealed_party(writing, party) for party in details.cleaned_parties]
    rows += [sealed_way(writing, way) for way in ways]
    SealedRecord.objects.bulk_create(rows)
    ContactRule.objects.bulk_create([way.rule for way in ways])
    tag_case(case, by.agency_id, documents, [party.document for party in details.cleaned_parties])


def tag_case(
    case: Case, agency_id: int, documents: Documents, parties: Iterable[Document] = ()
) -> None:
    """Let an agency find its case again by name and birth date, phone or crime reference.

    The others in it are tagged for conflicts of interest, and for nothing else.
    """
    keyd = get_keyd()
    terms = [(term, False) for term in search_terms(documents)]
    terms += [(term, True) for term in party_terms(parties)]
    tags = [
        SearchTag(
            agency_id=agency_id,
            purpose=purpose,
            key_version=version,
            tag=made,
            case=case,
            of_party=of_party,
        )
        for (purpose, parts), of_party in terms
        for version, made in keyd.tags(agency_id, purpose, parts).items()
    ]
    SearchTag.objects.bulk_create(tags, ignore_conflicts=True)


def search_terms(documents: Documents) -> Iterator[Term]:
    """What a case can be found by: purpose and canonical parts."""
    yield from _by_name(documents.get(Compartment.IDENTITY, {}))
    if phone := canonical_phone(documents.get(Compartment.CONTACT, {}).get("phone", "")):
        yield "phone", phone
    incident = documents.get(Compartment.INCIDENT, {})
    if crime := canonical_crime_ref(incident.get("crime_reference", "")):
        yield "crime_ref", crime


def party_terms(parties: Iterable[Document]) -> Iterator[Term]:
    """What the others in a case are known by, to those who know them."""
    for party in parties:
        yield from _by_name(party)


def named_in(details: CaseDetails) -> list[Term]:
    """Everybody whom the details of a case name, by what they can be recognised by."""
    parties = [party.document for party in details.cleaned_parties]
    return [*search_terms(details.cleaned_documents), *party_terms(parties)]


def _by_name(person: Document) -> Iterator[Term]:
    given, family, born_on = (person.get(name) for name in ("given_name", "family_name", "born_on"))
    if given and family and born_on:
        parts = canonical_name_dob(given, family, date.fromisoformat(born_on))
        yield "name_dob", parts
        if (swapped := swapped_name_dob(parts)) != parts:
            yield "name_dob", swapped


def _sealed_party(writing: Writing, party: PartyDetails) -> SealedRecord:
    """Whom the risk is from is known with the risk; children and others with the person."""
    harms = party.kind == "alleged_perpetrator"
    part = Compartment.RISK if harms else Compartment.IDENTITY
    return sealed_document(writing, part, party.document, kind=RecordKind.PARTY, code=party.code)
