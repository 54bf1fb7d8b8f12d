"""Answering a request: giving out what two people stand behind, or refusing it."""

import hashlib
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from accounts.models import Membership
from audit.recording import record
from directory.disclosure import RefusalReason
from disclosure.actions._at_hand import at_hand
from disclosure.models import DisclosureRequest, Redaction
from disclosure.reading import Piece, is_complete, left_of, pieces_of, requests_of
from referrals.errors import MoveNotAllowed, ReasonMissing
from tenancy.work import unit_of_work


class GivenOut(NamedTuple):
    """What goes out: each piece and what is left of it. Its hash is on the request."""

    request: DisclosureRequest
    pieces: list[tuple[Piece, str]]


def give_out(pk: UUID, *, by: Membership) -> GivenOut:
    """What two people stand behind, to hand over. It is on record, with its hash; again is allowed,
    so long as the case is as they saw it.

    :raises MoveNotAllowed: unless two people stand behind it as it is held now.
    """
    with unit_of_work(by.context):
        asked = requests_of(by).select_for_update(of=("self",)).get(pk=pk)
        record("print.disclosure", about=("case_reference", asked.reference), reason=asked.kind)
        if asked.second_by_id is None or asked.refused_at:
            raise MoveNotAllowed("Two people have to stand behind it first.")
        pieces, said = pieces_of(asked), list(Redaction.objects.filter(request=asked))
        if not is_complete(pieces, said):
            raise MoveNotAllowed("The case has changed since. It has to be looked over again.")
        left = left_of(pieces, said)
        asked.sha256 = hash_of(left)
        asked.given_at = asked.given_at or timezone.now()
        asked.save(update_fields=["sha256", "given_at"])
        return GivenOut(asked, left)


def refuse(pk: UUID, *, by: Membership, reason: str) -> DisclosureRequest:
    """Give nothing, and why.

    :raises ReasonMissing: without a reason from the list.
    """
    with at_hand("refuse", pk, by=by, reason=reason) as asked:
        if reason not in RefusalReason.values:
            raise ReasonMissing("Choose why nothing is given.")
        asked.refused_at, asked.refusal = timezone.now(), reason
        return asked


def hash_of(left: list[tuple[Piece, str]]) -> str:
    """Of what went out, so that a paper can be held against it."""
    said = "\n".join(f"{each.compartment}\t{each.field}\t{text}" for each, text in left)
    return hashlib.sha256(said.encode()).hexdigest()
