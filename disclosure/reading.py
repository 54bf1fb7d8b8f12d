"""What is asked, opened for those who look it over; and what is left of it when it goes out."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from disclosure.models import DisclosureRequest, Redaction
from referrals.compartments import Compartment
from referrals.keeping import newest_documents
from referrals.looking import look
from referrals.models import Grant, LookKind, RecordKind
from referrals.querysets import blocked_for
from tenancy.work import unit_of_work

TAKEN_OUT: Final = "[taken out]"
NEVER: Final = frozenset({"code_word"})
ABOUT_A_FILE: Final = frozenset({"kind", "length", "scan"})
"""Of a file its title is looked over here; the file itself goes another way."""
"""What leaves by no door."""


class Piece(NamedTuple):
    """One field of one record, as it is held."""

    record_id: UUID
    version: int
    compartment: str
    kind: str
    code: str
    field: str
    text: str

    @property
    def key(self) -> str:
        """What a form calls it."""
        return f"{self.record_id.hex}-{self.field}"


def may_disclose(member: Membership) -> bool:
    """Whether somebody may look over what goes out: who answers for cases, and may open any."""
    return member.has(Permission.MANAGE) and member.has(Permission.OPEN_ANY)


def requests_of(by: Membership) -> QuerySet[DisclosureRequest]:
    """The agency's register.

    :raises PermissionDenied: for all but those who look over what goes out.
    """
    if not may_disclose(by):
        raise PermissionDenied
    ours = DisclosureRequest.objects.filter(agency=by.agency_id)
    ours = ours.exclude(case__in=blocked_for(by))
    return ours.select_related("entered_by__user", "first_by__user", "second_by__user")


def copy_of(reference: str, by: Membership) -> Grant:
    """The agency's live copy of a case, by what it calls it.

    :raises Grant.DoesNotExist: if it has none, or it does not exist for the member.
    """
    ours = Grant.objects.filter(agency_id=by.agency_id, revoked_at=None, reference=reference)
    return ours.exclude(case__in=blocked_for(by)).get()


def open_request(pk: UUID, *, by: Membership) -> tuple[DisclosureRequest, list[Piece]]:
    """A request with everything its agency holds of the case, field by field. On record first.

    :raises DisclosureRequest.DoesNotExist: if there is none, or ``by`` may not know of it.
    :raises PermissionDenied: for all but those who look over what goes out.
    :raises AccessEnded: if the agency can open nothing of it any more.
    :raises LookedTooMuch: if they have opened too many cases lately.
    """
    with unit_of_work(by.context):
        asked = requests_of(by).get(pk=pk)
        record(
            "case.open",
            about=("case_reference", asked.reference),
            purpose=f"disclosure: {asked.get_kind_display()}",
        )
        look(LookKind.OPENED, by=by, at=timezone.now(), case_id=asked.case_id)
        return asked, pieces_of(asked)


def pieces_of(asked: DisclosureRequest) -> list[Piece]:
    """Every field that says something, in the order of the case's parts."""
    order = [str(part) for part in Compartment]
    found = newest_documents(asked.case_id, asked.agency_id)
    found.sort(
        key=lambda each: (_place(each.compartment, order), each.kind, each.at, each.record_id)
    )
    return [
        Piece(each.record_id, each.version, each.compartment, each.kind, each.code, name, text)
        for each in found
        for name, text in each.document.items()
        if text and name not in (ABOUT_A_FILE if each.kind == RecordKind.ATTACHMENT else NEVER)
    ]


def left_of(pieces: Iterable[Piece], redactions: Iterable[Redaction]) -> list[tuple[Piece, str]]:
    """What goes out. Where nothing was said of a piece, or of an older version, all of it stays."""
    said: Mapping[Any, Redaction] = {(each.record_id, each.field): each for each in redactions}
    return [(piece, _left(piece, said.get((piece.record_id, piece.field)))) for piece in pieces]


def is_complete(pieces: Iterable[Piece], redactions: Iterable[Redaction]) -> bool:
    """Whether it was said of every piece, as it is held now, what becomes of it."""
    said = {(each.record_id, each.version, each.field) for each in redactions}
    return all((piece.record_id, piece.version, piece.field) in said for piece in pieces)


def _left(piece: Piece, redaction: Redaction | None) -> str:
    if redaction is None or redaction.is_all or redaction.version != piece.version:
        return TAKEN_OUT
    text, end, left = piece.text, 0, []
    for start, stop in sorted(redaction.spans):
        left += [text[end:start], TAKEN_OUT]
        end = stop
    return "".join([*left, text[end:]])


def _place(compartment: str, order: list[str]) -> int:
    return order.index(compartment) if compartment in order else len(order)
