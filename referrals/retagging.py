"""Search tags under a newer index key, made again from the documents they were made from."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Count, Q

from referrals.beginning import Term, party_terms, search_terms
from referrals.errors import AccessEnded
from referrals.keeping import Record, every_document
from referrals.models import ConflictTag, RecordKind, SearchTag
from vault.keyd import Keyd
from vault.rotation import Batch

FINDABLE = (RecordKind.DOCUMENT, RecordKind.WAY)
"""Other people in a case are not what it is found by; they are tagged for conflicts of interest."""


class SearchTags:
    """The table of tags, as a change of keys sees it."""

    def left(self, agency_id: int, purpose: str, newest: int) -> int:
        """How many tags of an older version have no tag of the newest beside them.

        What current staff declared counts: their words are kept nowhere, so that only they can
        have it tagged anew, by declaring it again.
        """
        declared = ConflictTag.objects.filter(agency_id=agency_id, purpose=purpose)
        old = declared.filter(key_version__lt=newest, membership__ended_at=None).count()
        return old + sum(old - new for _, old, new in _due((agency_id, purpose, newest)))

    def retag(
        self, keyd: Keyd, index: tuple[int, str, int], *, after: UUID | None, most: int
    ) -> Batch:
        """Make those of some cases. A case whose documents do not open stays as it is."""
        due = [case_id for case_id, *_ in _due(index) if after is None or case_id > after]
        cases = due[:most]
        made = [tag for case_id in cases for tag in _made_again(keyd, case_id, index)]
        SearchTag.objects.bulk_create(made, ignore_conflicts=True)
        return Batch(len(made), cases[-1] if cases else None)

    def drop(self, agency_id: int, purpose: str, newest: int) -> int:
        """Remove the tags of older versions."""
        tags = SearchTag.objects.filter(agency_id=agency_id, purpose=purpose)
        return tags.filter(key_version__lt=newest).delete()[0]


def _due(index: tuple[int, str, int]) -> list[tuple[UUID, int, int]]:
    """Cases with more tags of older versions than of the newest, and how many of each."""
    agency_id, purpose, newest = index
    tags = SearchTag.objects.filter(agency_id=agency_id, purpose=purpose)
    counted = tags.values_list("case_id").annotate(
        old=Count("pk", filter=Q(key_version__lt=newest)),
        new=Count("pk", filter=Q(key_version=newest)),
    )
    return [row for row in counted.order_by("case_id") if row[1] > row[2]]


def _made_again(keyd: Keyd, case_id: UUID, index: tuple[int, str, int]) -> Iterator[SearchTag]:
    """For each old tag the new one of the same words: what was not found by stays so."""
    agency_id, purpose, newest = index
    tags = SearchTag.objects.filter(case_id=case_id, agency_id=agency_id, purpose=purpose)
    old = {bytes(tag.tag) for tag in tags if tag.key_version < newest}
    try:
        records = every_document(case_id, agency_id)
    except AccessEnded:
        return
    for record in records:
        for about, parts in _terms(record):
            made = keyd.tags(agency_id, purpose, parts) if about == purpose else {}
            if old.intersection(made.values()):
                yield SearchTag(
                    case_id=case_id,
                    agency_id=agency_id,
                    purpose=purpose,
                    key_version=newest,
                    tag=made[newest],
                    of_party=record.kind == RecordKind.PARTY,
                )


def _terms(record: Record) -> Iterator[Term]:
    if record.kind == RecordKind.PARTY:
        yield from party_terms([record.document])
    elif record.kind in FINDABLE:
        yield from search_terms({record.compartment: record.document})
