"""Knowing a person again: within one agency's own cases, and never across (no oracle)."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from accounts.models import Membership
from referrals.beginning import search_terms, tag_case
from referrals.compartments import Compartment
from referrals.keeping import document_of, newest_documents
from referrals.models import Case, CaseLink, SearchTag
from vault.keyd import get_keyd


def known_cases(documents: Mapping[str, Mapping[str, str]], agency_id: int) -> list[UUID]:
    """The agency's own cases that share a name and birth date, a phone or a crime reference."""
    wanted = Q()
    for purpose, parts in search_terms({part: dict(doc) for part, doc in documents.items()}):
        wanted |= Q(purpose=purpose, tag=get_keyd().tag(agency_id, purpose, parts))
    if not wanted:
        return []
    tags = SearchTag.objects.filter(wanted, agency_id=agency_id)
    return list(tags.order_by("case_id").values_list("case_id", flat=True).distinct())


def link_known(case: Case, by: Membership, *, at: datetime) -> None:
    """Tag a case its agency has just taken on, and link the earlier ones about the same person.

    A repeat is never refused and never merged by itself: it has its own clock.
    """
    records = newest_documents(case.pk, by.agency_id)
    parts = (Compartment.IDENTITY, Compartment.CONTACT, Compartment.INCIDENT)
    documents = {part: dict(document_of(records, part)) for part in parts}
    CaseLink.objects.bulk_create(
        CaseLink(agency_id=by.agency_id, case=case, earlier_case_id=earlier, linked_at=at)
        for earlier in known_cases(documents, by.agency_id)
        if earlier != case.pk
    )
    tag_case(case, by.agency_id, documents)
