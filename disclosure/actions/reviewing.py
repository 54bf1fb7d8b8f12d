"""Looking over what goes out: the first says of everything, the second stands behind it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Membership
from directory.disclosure import HeldBack
from disclosure.actions._at_hand import at_hand
from disclosure.models import DisclosureRequest, Redaction
from disclosure.reading import Piece, is_complete, pieces_of
from referrals.errors import MoveNotAllowed, NotWellFormed


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What becomes of a piece: all of it out, these words of it, or nothing; and why."""

    is_all: bool = False
    words: Sequence[str] = ()
    reason: str = ""


def review(pk: UUID, decisions: Mapping[str, Decision], *, by: Membership) -> DisclosureRequest:
    """Say of every piece, by its key, what becomes of it. Saying it again takes the second's word
    away: they stood behind something else.

    :raises NotWellFormed: naming the piece, for words that are not in it, or no reason; or where
        it was not said of every piece.
    """
    with at_hand("review", pk, by=by) as asked:
        pieces = {piece.key: piece for piece in pieces_of(asked)}
        if missing := sorted(pieces.keys() - decisions.keys()):
            raise NotWellFormed(missing[0], "Say what becomes of this.")
        rows = [_row(asked, pieces[key], decisions[key]) for key in pieces]
        Redaction.objects.filter(request=asked).delete()
        Redaction.objects.bulk_create(rows)
        asked.first_by, asked.first_at = by, timezone.now()
        asked.second_by = asked.second_at = None
        return asked


def agree(pk: UUID, *, by: Membership) -> DisclosureRequest:
    """Stand behind what somebody else looked over, as it is held now.

    :raises PermissionDenied: for whoever looked it over first.
    :raises MoveNotAllowed: if nobody has, somebody stands behind it already, or the case changed.
    """
    with at_hand("agree", pk, by=by) as asked:
        _second(asked, by)
        if not is_complete(pieces_of(asked), _said(asked)):
            raise MoveNotAllowed("The case has changed since. It has to be looked over again.")
        asked.second_by, asked.second_at = by, timezone.now()
        return asked


def send_back(pk: UUID, *, by: Membership) -> DisclosureRequest:
    """Have it looked over again.

    :raises PermissionDenied: for whoever looked it over first.
    :raises MoveNotAllowed: if nobody has, or somebody stands behind it already.
    """
    with at_hand("send_back", pk, by=by) as asked:
        _second(asked, by)
        asked.first_by = asked.first_at = None
        return asked


def _second(asked: DisclosureRequest, by: Membership) -> None:
    if asked.first_by_id is None or asked.second_by_id is not None:
        raise MoveNotAllowed("There is nothing to stand behind here.")
    if asked.first_by_id == by.pk:
        raise PermissionDenied


def _said(asked: DisclosureRequest) -> list[Redaction]:
    return list(Redaction.objects.filter(request=asked))


def _row(asked: DisclosureRequest, piece: Piece, decision: Decision) -> Redaction:
    spans = [] if decision.is_all else sorted(_spans(piece, decision.words))
    takes_out = decision.is_all or bool(spans)
    if takes_out and decision.reason not in HeldBack.values:
        raise NotWellFormed(piece.key, "Choose why it is taken out.")
    return Redaction(
        request=asked,
        agency_id=asked.agency_id,
        record_id=piece.record_id,
        version=piece.version,
        field=piece.field,
        is_all=decision.is_all,
        spans=spans,
        reason=decision.reason if takes_out else "",
    )


def _spans(piece: Piece, words: Iterable[str]) -> list[list[int]]:
    """Everywhere the words stand, joined where they touch.

    :raises NotWellFormed: for words that do not stand there: a slip would give them out.
    """
    found: list[list[int]] = []
    for each in filter(None, (word.strip() for word in words)):
        start = piece.text.find(each)
        if start < 0:
            raise NotWellFormed(piece.key, "These words are not in it. Copy them as they stand.")
        while start >= 0:
            found.append([start, start + len(each)])
            start = piece.text.find(each, start + 1)
    joined: list[list[int]] = []
    for start, stop in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], stop)
        else:
            joined.append([start, stop])
    return joined
