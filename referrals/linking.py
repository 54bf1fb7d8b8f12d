"""Knowing a person again: within one agency's own cases, and never across (no oracle)."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from accounts.models import Membership
from audit.recording import record
from referrals.beginning import Documents, Term, search_terms, tag_case
from referrals.compartments import Compartment
from referrals.conflicts import terms_in
from referrals.keeping import document_of, newest_documents
from referrals.lifecycle import Status
from referrals.models import Case, CaseLink, RecordKind, Referral, SearchTag
from referrals.querysets import blocked_for
from vault.keyd import get_keyd


def known_cases(documents: Documents, by: Membership) -> list[UUID]:
    """The agency's own cases that share a name and birth date, a phone or a crime reference.

    What is still a draft is its author's alone, and so is not among them; nor is what a conflict
    of interest keeps from the asker. Nobody finds a case by another person in it.
    """
    agency_id, wanted = by.agency_id, Q()
    for purpose, parts in search_terms(documents):
        tags = get_keyd().tags(agency_id, purpose, parts)
        wanted |= Q(purpose=purpose, tag__in=list(tags.values()))
    if not wanted:
        return []
    drafts = Referral.objects.filter(case_id=OuterRef("case_id"), status=Status.DRAFT)
    ours = SearchTag.objects.filter(wanted, ~Exists(drafts), agency_id=agency_id, of_party=False)
    hits = ours.exclude(case__in=blocked_for(by))
    found = list(hits.order_by("case_id").values_list("case_id", flat=True).distinct())
    record("search.own_cases", purpose="known already?", reason=f"{len(found)} found")
    return found


def link_known(case: Case, by: Membership, *, at: datetime) -> list[Term]:
    """Tag a case its agency has just taken on, and link the earlier ones about the same person.

    A repeat is never refused and never merged by itself: it has its own clock. Whom the case
    names, as far as the agency may open it, is the answer.
    """
    parts = (Compartment.IDENTITY, Compartment.CONTACT, Compartment.INCIDENT)
    records = newest_documents(case.pk, by.agency_id, (*parts, Compartment.RISK))
    documents: Documents = {part: document_of(records, part) for part in parts}
    links = [
        CaseLink(agency_id=by.agency_id, case=case, earlier_case_id=earlier, linked_at=at)
        for earlier in known_cases(documents, by)
        if earlier != case.pk
    ]
    CaseLink.objects.bulk_create(links, ignore_conflicts=True)
    parties = [each.document for each in records if each.kind == RecordKind.PARTY]
    tag_case(case, by.agency_id, documents, parties)
    return terms_in(records)
