"""Finding a case again, among one's agency's own: by reference, person, phone or crime reference.

Exact only, by keyed tags; what was searched for is kept nowhere, and the evidence holds the tag.
A hit shows the row of the list and no name: whether it opens is the policy's to say.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from directory.reasons import SearchReason
from referrals.beginning import search_terms
from referrals.clear_facts import check_code
from referrals.compartments import Compartment
from referrals.errors import NotWellFormed
from referrals.looking import look, tell_managers
from referrals.lost import knowing_access
from referrals.models import Grant, LookKind, Referral, SearchTag
from tenancy.work import unit_of_work
from vault.blind_index import canonical_crime_ref, canonical_phone
from vault.keyd import get_keyd

MOST_FOUND: Final = 25
OWN_PERSON: Final = "search.own_person"


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What somebody knows: a reference, or a name with the date of birth, or a phone, or a crime
    reference. One is enough; more than one finds what matches any of them."""

    reference: str = ""
    given_name: str = ""
    family_name: str = ""
    born_on: date | None = None
    phone: str = ""
    crime_reference: str = ""

    @property
    def documents(self) -> dict[str, dict[str, str]]:
        """The terms as the documents a case would hold them in."""
        born_on = self.born_on.isoformat() if self.born_on else ""
        names = {"given_name": self.given_name, "family_name": self.family_name}
        return {
            Compartment.IDENTITY: {**names, "born_on": born_on},
            Compartment.CONTACT: {"phone": self.phone},
            Compartment.INCIDENT: {"crime_reference": self.crime_reference},
        }


class Found(NamedTuple):
    """What a search came to. ``is_own`` where nothing was searched, because the member has declared
    that they know the person."""

    referrals: list[Referral]
    is_own: bool = False


def search(terms: Terms, *, by: Membership, why: str) -> Found:
    """The referrals of the member's agency that match, newest first; each look is counted.

    Whoever looks for somebody they declared finds nothing, whatever there is, and their managers
    are told.

    :raises PermissionDenied: for a role that works on no cases.
    :raises NotWellFormed: if nothing was said to search for, or not enough of it.
    :raises LookedTooMuch: if they have searched too often.
    """
    with unit_of_work(by.context):
        if not {Permission.REFER, Permission.DECIDE} & by.permissions:
            record("case.search", purpose=why)
            raise PermissionDenied
        check_code("why", why, SearchReason.values)
        _check(terms)
        tags = list(_tags(terms, by.agency_id))
        record("case.search", about=("search", _words(terms, tags)), purpose=why)
        look(LookKind.SEARCHED, by=by, at=timezone.now())
        if _are_of_somebody_they_know(tags):
            record("search.blocked", about=("search", _words(terms, tags)), purpose=why)
            tell_managers(OWN_PERSON, by=by, at=timezone.now())
            return Found([], is_own=True)
        found = Referral.objects.visible_to(by).filter(_matching(terms, tags, by.agency_id))
        related = found.select_related("referring_agency", "receiving_agency", "assigned_to__user")
        rows = knowing_access(related, by)
        return Found(list(rows.order_by("-created_at", "-id")[:MOST_FOUND]))


def _check(terms: Terms) -> None:
    names = (terms.given_name, terms.family_name, terms.born_on)
    if not any((terms.reference, terms.phone, terms.crime_reference, *names)):
        raise NotWellFormed("reference", "Enter something to search for.")
    if any(names) and not all(names):
        raise NotWellFormed("born_on", "Enter both names and the date of birth.")
    if terms.phone and not canonical_phone(terms.phone):
        raise NotWellFormed("phone", "Enter a phone number, like 07700 900982.")
    if terms.crime_reference and not canonical_crime_ref(terms.crime_reference):
        raise NotWellFormed("crime_reference", "Enter a crime reference.")


def _tags(terms: Terms, agency_id: int) -> Iterator[tuple[str, bytes]]:
    """Under every live version of the agency's key: there are two while it is being changed."""
    for purpose, parts in search_terms(terms.documents):
        for tag in get_keyd().tags(agency_id, purpose, parts).values():
            yield purpose, tag


def _are_of_somebody_they_know(tags: list[tuple[str, bytes]]) -> bool:
    purposes, marks = [each[0] for each in tags], [each[1] for each in tags]
    with connection.cursor() as cursor:
        cursor.execute("SELECT referrals_declared_by_asker(%s, %s)", [purposes, marks])
        return bool(cursor.fetchone()[0])


def _words(terms: Terms, tags: list[tuple[str, bytes]]) -> str:
    """What the evidence holds: a reference as it was typed, and of anything else the tag."""
    said = [f"{purpose}:{tag.hex()}" for purpose, tag in tags]
    if terms.reference.isascii():
        said += [f"reference:{terms.reference[:20]}"] if terms.reference else []
    return " ".join(said)


def _matching(terms: Terms, tags: list[tuple[str, bytes]], agency_id: int) -> Q:
    """The cases are looked up first: joined to the referrals by OR, their tags would not be entered
    by an index, and every referral there is would be looked at."""
    cases: set[UUID] = set()
    reference = terms.reference.strip().upper()
    if reference:
        own = Grant.objects.filter(reference=reference, agency_id=agency_id, revoked_at=None)
        cases |= {*own.values_list("case", flat=True)}
    for purpose, tag in tags:
        ours = SearchTag.objects.filter(agency_id=agency_id, purpose=purpose, of_party=False)
        cases |= {*ours.filter(tag=tag).values_list("case", flat=True)}
    wanted = Q(case__in=cases)
    return wanted | Q(reference=reference) if reference else wanted
