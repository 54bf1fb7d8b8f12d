"""Reading: what is looked at is on record before a byte of it leaves."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, F, Func, QuerySet
from django.utils import timezone

from accounts.models import Membership
from audit.recording import record
from directory.contact import BY_NUMBER, ContactChannel, DirectContact
from referrals import policy
from referrals.compartments import Compartment
from referrals.errors import AccessEnded
from referrals.keeping import Record, document_of, newest_documents
from referrals.looking import look
from referrals.lost import knowing_access, without_what_is_lost
from referrals.models import Grant, LookKind, RecordKind, Referral
from referrals.renewing import settle_unlocked
from referrals.safe_contact import judged, ways_of
from tenancy.work import unit_of_work

REACH: Final = {"phone": BY_NUMBER, "email": frozenset({ContactChannel.EMAIL})}
"""What of the contact part reaches them directly, and by which channels."""
CODE_WORD: Final = "code_word"
"""Said at the calling step (``visits/actions/calling.py``) and nowhere else."""


def may_be_reached(referral: Referral) -> bool:
    """Whether anybody may try to reach them directly. While contact is held nobody may, and what
    nobody may use is shown to nobody: a wrong call can do harm."""
    return bool(referral.contact == DirectContact.ALLOWED)


class OpenedCase(NamedTuple):
    """A referral's case as one agency may read it. ``is_own`` where it made the first referral."""

    referral: Referral
    reference: str
    records: list[Record]
    is_own: bool = False

    def document(self, compartment: str) -> Mapping[str, str]:
        """What a compartment says; empty when it says nothing the agency may open."""
        return document_of(self.records, compartment)

    def words_of_ways(self) -> Mapping[str, Mapping[str, str]]:
        """The sealed words of each way to be in touch, by channel."""
        return {each.code: each.document for each in self.records if each.kind == RecordKind.WAY}

    def handed_out(self, at: datetime | None = None) -> list[Record]:
        """Its records as they may leave at an instant: what may not be used now is left out.

        Numbers and addresses leave by the gate, and from what was recorded as safe alone. Whom to
        go through and what to say stay, because they are how a hold is worked with. The code word
        never leaves.
        """
        usable = self._usable(at or timezone.now())
        return [_without(each, usable) for each in self.records]

    def _usable(self, at: datetime) -> Mapping[str, Mapping[str, str]]:
        """The words of the ways that may be used now, by channel."""
        if self.is_own:
            own = self.document(Compartment.CONTACT) if may_be_reached(self.referral) else {}
            return dict.fromkeys(ContactChannel.values, own)
        ways = ways_of(self.referral.case_id, self.referral.contact)
        found = self.words_of_ways().items()
        return {channel: words for channel, words in found if judged(ways, channel, at).allowed}


def see(reference: str, *, by: Membership) -> Referral:
    """A referral's clear facts: the preview for its receiver, the status for its sender.

    :raises Referral.DoesNotExist: if there is none, or ``by`` may not know of it.
    """
    with unit_of_work(by.context):
        record("referral.see", about=("referral", reference))
        known = knowing_access(_known_to(by), by)
        return without_what_is_lost([known.get(reference=reference)], by)[0]


def open_case(
    reference: str, *, by: Membership, only: Iterable[str] = (), purpose: str = ""
) -> OpenedCase:
    """Open what the member's agency may read of a referral's case.

    :raises Referral.DoesNotExist: if there is none, or ``by`` may not know of it.
    :raises PermissionDenied: if it is not theirs to open.
    :raises AccessEnded: if the agency's access has ended.
    :raises LookedTooMuch: if they have opened too many cases lately.
    """
    with unit_of_work(by.context):
        only = tuple(only)
        record("case.open", about=("referral", reference), compartments=only, purpose=purpose)
        referral = _visible(reference, by)
        if not policy.may_open(by, referral):
            raise PermissionDenied
        return open_parts(referral, by, only)


def open_parts(referral: Referral, by: Membership, only: Iterable[str]) -> OpenedCase:
    """What the agency's keys open of a referral's case. Whether it is theirs to open was decided
    and put on record by the caller, in the unit of work that is open.

    :raises AccessEnded: if the agency's access has ended.
    :raises LookedTooMuch: if they have opened too many cases lately.
    """
    own, records = _opened(referral, by, only)
    is_own = referral.parent_id is None and referral.referring_agency_id == by.agency_id
    return OpenedCase(referral, own, records, is_own)


def _own_reference(case_id: UUID, agency_id: int) -> str:
    """What the agency calls the case. What the case owes since the clock ended an access is done.

    :raises AccessEnded: if the agency has no access to it.
    """
    owes = Func(F("case_id"), function="referrals_owes_keys", output_field=BooleanField())
    grants = Grant.objects.live(timezone.now()).filter(case_id=case_id, agency_id=agency_id)
    own = grants.annotate(owes_keys=owes).values_list("reference", "owes_keys").first()
    if own is None:
        raise AccessEnded("You can no longer open this.")
    if own[1]:
        settle_unlocked(case_id)
    return str(own[0])


def _opened(referral: Referral, by: Membership, only: Iterable[str]) -> tuple[str, list[Record]]:
    """What the agency calls the case, and what it can open of it. Whom a conflict of interest is
    found for meanwhile finds no case."""
    try:
        own = _own_reference(referral.case_id, by.agency_id)
        look(LookKind.OPENED, by=by, at=timezone.now(), case_id=referral.case_id)
        return own, newest_documents(referral.case_id, by.agency_id, only)
    except AccessEnded:
        _visible(referral.reference, by)
        raise


def _without(record: Record, usable: Mapping[str, Mapping[str, str]]) -> Record:
    if record.compartment != Compartment.CONTACT:
        return record
    hidden = {*REACH, CODE_WORD}
    kept = {name: text for name, text in record.document.items() if name not in hidden}
    for name, channels in REACH.items():
        of_it = {record.code} & channels if record.kind == RecordKind.WAY else channels
        reached = [usable[each][name] for each in sorted(of_it) if usable.get(each, {}).get(name)]
        kept |= {name: reached[0]} if reached else {}
    return record._replace(document=kept)


def _visible(reference: str, by: Membership) -> Referral:
    return _known_to(by).get(reference=reference)


def _known_to(by: Membership) -> QuerySet[Referral]:
    return Referral.objects.visible_to(by).select_related(
        "referring_agency", "receiving_agency", "service", "assigned_to__user", "sent_by__user"
    )
