"""Conflicts of interest: what makes a case not exist for somebody, and who is kept out of it.

Matching is equality of keyed tags within one agency. A sender may not read what the receiver's
staff declared, nor the receiver what it has not taken: tags of the case are made here for each
agency concerned, compared by a function that runs as its owner, and kept by nobody.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.models.expressions import RawSQL

from accounts.models import Membership
from accounts.models.people import MembershipQuerySet
from referrals.beginning import Documents, Term, party_terms, search_terms
from referrals.compartments import Compartment
from referrals.keeping import Record, document_of, newest_documents
from referrals.models import Case, ConflictBlock, RecordKind
from tenancy.work import Work, current_work
from vault.keyd import get_keyd

PURPOSES: Final = frozenset({"name_dob", "phone"})
"""What people are known by. A crime reference is no person's."""
NAMING: Final = (Compartment.IDENTITY, Compartment.CONTACT, Compartment.RISK)
_KEEP_OUT: Final = "SELECT referrals_keep_out(%s, %s, %s, %s, %s)"


def terms_in(records: Iterable[Record]) -> list[Term]:
    """Everybody whom opened records name: the person, and the others in the case."""
    records = list(records)
    documents: Documents = {part: document_of(records, part) for part in NAMING}
    parties = [each.document for each in records if each.kind == RecordKind.PARTY]
    return [*search_terms(documents), *party_terms(parties)]


def terms_of(case: Case, by: Membership) -> list[Term]:
    """Everybody in a case whom the asker's agency can name.

    :raises AccessEnded: if it can open nothing.
    """
    return terms_in(newest_documents(case.pk, by.agency_id, NAMING))


def keep_out(case_id: UUID, terms: Iterable[Term], *, agencies: Iterable[int] = ()) -> bool:
    """Keep everybody of these agencies who declared somebody of the case away from it.

    Without ``agencies`` it is all that have anything to do with it. The asker is spared until the
    work is done, or they could not finish what they are at; whether they are concerned is the
    answer.
    """
    rows = _tagged(terms, [*agencies] or _concerned(case_id))
    if not rows:
        return False
    columns = [list(column) for column in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_OUT, [case_id, *columns, True])
        is_concerned = bool(cursor.fetchone()[0])
    if is_concerned and (work := current_work()):
        _SPARED.setdefault(work, []).append([case_id, *columns, False])
    return is_concerned


def keep_out_the_spared(work: Work) -> None:
    """At the end of a work, whoever did it loses sight of what is none of theirs."""
    for parameters in _SPARED.pop(work, []):
        with connection.cursor() as cursor:
            cursor.execute(_KEEP_OUT, parameters)


_SPARED: Final[WeakKeyDictionary[Work, list[list[Any]]]] = WeakKeyDictionary()


def is_about_to_lose(case_id: UUID) -> bool:
    """Whether the asker loses sight of a case at the end of the work that is open: then they are
    told now that it is done, because there is no page to go to."""
    work = current_work()
    spared = _SPARED.get(work, []) if work else []
    return any(parameters[0] == case_id for parameters in spared)


def free_of_conflict(people: MembershipQuerySet, case_id: UUID) -> MembershipQuerySet:
    """Those for whom a case exists, of whatever agency they are."""
    return people.exclude(pk__in=RawSQL("SELECT referrals_blocked(%s)", [case_id]))


def kept_out(case_id: UUID, agency_id: int) -> set[int]:
    """Who of an agency must have nothing to do with a case."""
    standing = ConflictBlock.objects.filter(case=case_id, agency=agency_id, lifted_at=None)
    return set(standing.values_list("membership", flat=True))


def told_about(people: Iterable[Membership], case_id: UUID, agency_id: int) -> list[Membership]:
    """Those of an agency's people whom news of a case may reach."""
    none_of_theirs = kept_out(case_id, agency_id)
    return [each for each in people if each.pk not in none_of_theirs]


def kept_out_of(cases: Iterable[UUID], agency_id: int) -> Mapping[UUID, set[int]]:
    """The same for many cases, in one query; a case that everybody may know of is not in it."""
    standing = ConflictBlock.objects.filter(case__in=[*cases], agency=agency_id, lifted_at=None)
    found: dict[UUID, set[int]] = {}
    for case_id, person in standing.values_list("case", "membership"):
        found.setdefault(case_id, set()).add(person)
    return found


def _tagged(terms: Iterable[Term], agencies: Iterable[int]) -> list[tuple[int, str, bytes]]:
    keyd, known = get_keyd(), {term for term in terms if term[0] in PURPOSES}
    return [
        (agency, purpose, made)
        for agency in sorted({*agencies})
        for purpose, parts in sorted(known)
        for made in keyd.tags(agency, purpose, parts).values()
    ]


def _concerned(case_id: UUID) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT referrals_concerned(%s)", [case_id])
        return [agency for (agency,) in cursor.fetchall()]
