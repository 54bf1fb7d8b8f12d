"""Whether a case was here before: what one agency can know of it from its own cases alone."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import Q

from accounts.models import Membership
from audit.recording import record
from directory.sharing import PartyKind
from marac.models import MaracReferral, RepeatFound
from marac.window import is_repeat
from referrals.compartments import Compartment
from referrals.errors import AccessEnded
from referrals.keeping import newest_documents
from referrals.lifecycle import PENDING, Status
from referrals.models import CaseLink, RecordKind
from vault.blind_index import canonical_name_dob

_AT_MOST: Final = timedelta(days=367)
_SOME_DAY: Final = date(2000, 1, 1)


class Perpetrator(NamedTuple):
    """Somebody the risk is said to be from, in one spelling; the birth date where it is known."""

    given: str
    family: str
    born_on: str


def earlier_of(marac: MaracReferral, by: Membership, *, at: datetime) -> MaracReferral | None:
    """The last MARAC referral that one repeats, so far as an agency's own cases show it.

    The same person and the same alleged perpetrator within twelve months. Where nobody is named
    on either side nothing is found: the referrer's word still counts.
    """
    earlier = _earlier(marac, by, at)
    if not earlier:
        return None
    record("marac.compare", about=("referral", marac.referral.reference), compartments=["risk"])
    feared = _perpetrators(marac.case_id, by.agency_id)
    return next(
        (
            known
            for known in earlier
            if _share_somebody(feared, _perpetrators(known.case_id, by.agency_id))
        ),
        None,
    )


def note_repeat(
    marac: MaracReferral, earlier: MaracReferral | None, by: Membership, *, at: datetime
) -> None:
    """Keep what was found where only the agency that found it sees it."""
    if earlier is not None:
        RepeatFound.objects.create(
            marac=marac, earlier=earlier, agency_id=by.agency_id, found_at=at
        )


def _earlier(marac: MaracReferral, by: Membership, at: datetime) -> list[MaracReferral]:
    """Earlier MARAC referrals about the same person that still count, the newest first."""
    standing = [*PENDING, Status.ACCEPTED, Status.CLOSED]
    before = MaracReferral.objects.filter(
        Q(case=marac.case_id) | Q(case__in=_linked(marac.case_id, by.agency_id)),
        Q(agency=by.agency_id) | Q(referring_agency=by.agency_id) | Q(idva_agency=by.agency_id),
        ended_at=None,
        referred_at__gt=at - _AT_MOST,
        referral__status__in=standing,
    ).exclude(pk__in=[marac.pk, marac.transferred_from_id])
    rows = before.order_by("-referred_at", "-id")
    return [each for each in rows if is_repeat(each.referred_at, at)]


def _linked(case_id: UUID, agency_id: int) -> list[UUID]:
    links = CaseLink.objects.filter(Q(case=case_id) | Q(earlier_case=case_id), agency=agency_id)
    pairs = links.values_list("case_id", "earlier_case_id")
    return [one for pair in pairs for one in pair if one != case_id]


def _perpetrators(case_id: UUID, agency_id: int) -> set[Perpetrator]:
    try:
        records = newest_documents(case_id, agency_id, [Compartment.RISK])
    except AccessEnded:
        return set()
    return {
        _spelt(each.document)
        for each in records
        if each.kind == RecordKind.PARTY
        and each.code.startswith(PartyKind.ALLEGED_PERPETRATOR)
        and each.document.get("family_name")
    }


def _spelt(said: Mapping[str, str]) -> Perpetrator:
    given, family = said.get("given_name", ""), said["family_name"]
    spelt = canonical_name_dob(given, family, _SOME_DAY)
    return Perpetrator(spelt[0], spelt[1], said.get("born_on", ""))


def _share_somebody(some: Iterable[Perpetrator], others: Iterable[Perpetrator]) -> bool:
    return any(_is_same(one, other) for one in some for other in others)


def _is_same(one: Perpetrator, other: Perpetrator) -> bool:
    """The same names, and birth dates that do not speak against it."""
    dates = {one.born_on, other.born_on} - {""}
    return one[:2] == other[:2] and len(dates) <= 1
