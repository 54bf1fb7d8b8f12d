"""How to be in touch safely, as whoever spoke with her has just agreed it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Final, NamedTuple

from django.core.exceptions import PermissionDenied

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from directory.contact import AskAgain, ReleaseReason
from referrals.actions.giving_contact import opened_contact, waiting_contact
from referrals.actions.keeping_notes import writing_to
from referrals.beginning import tag_case
from referrals.compartments import Compartment
from referrals.errors import MoveNotAllowed, NotWellFormed, ReasonMissing
from referrals.keeping import Writing
from referrals.models import Case, ContactHold, ContactRule, Referral
from referrals.safe_contact import is_fresh
from referrals.ways import REACHED_BY, Confirmed, Way, follow, words_of, write_way
from tenancy.work import unit_of_work
from visits.asking_again import ASK_AGAIN
from visits.ladder import settle_rungs
from visits.models import VisitKind
from visits.standing_down import stand_down

NEEDS_NEW_WORDS: Final = frozenset({AskAgain.WRONG_NUMBER, AskAgain.EXPIRED, AskAgain.HELD})
"""After these a bare "still right" is not enough: what was agreed has to be said anew."""


KEPT: Final = ("phone", "email", "code_word")
"""What stays as it was where nothing else is said: it is filled in on no page, because no page
shows it."""


class Agreeing(NamedTuple):
    """A case in hand, and the referral by which."""

    writing: Writing
    referral: Referral


def agree_way(reference: str, way: Way, *, by: Membership) -> ContactRule:
    """Keep what she has just said of one way to reach her, confirmed now by whoever asked her.

    With another number than before, calls booked on the old one are given up, and other ways that
    use the old one are to be asked about again.

    :raises NotWellFormed: for a way that is allowed at no time, or words that cannot be kept.
    """
    with _agreeing("agree_way", reference, by=by, reason=way.channel) as agreeing:
        rule = _written(way, agreeing)
        _settle(agreeing)
    return rule


def confirm_way(reference: str, channel: str, *, by: Membership) -> ContactRule:
    """Note that she was asked today and that a way is still right as it stands.

    :raises MoveNotAllowed: where nothing is allowed that could be confirmed, or where it has to be
        said anew.
    """
    with _agreeing("confirm_way", reference, by=by, reason=channel) as agreeing:
        case, at = agreeing.writing.case, agreeing.writing.at
        rule = ContactRule.objects.filter(case=case, channel=channel).first()
        if rule is None or not rule.allowed:
            raise MoveNotAllowed("There is nothing to confirm: this way is not allowed.")
        expired = rule.expires_at is not None and rule.expires_at <= at
        if rule.ask_again in NEEDS_NEW_WORDS or expired:
            raise MoveNotAllowed("Say anew what was agreed: it cannot be confirmed as it stands.")
        rule.confirmed_at, rule.confirmed_by, rule.ask_again = at, by, ""
        rule.save(update_fields=["confirmed_at", "confirmed_by", "ask_again"])
        follow(case.pk, agreeing.referral, at=at)
        _settle(agreeing)
    return rule


def release_hold(reference: str, way: Way, *, by: Membership, reason: str) -> ContactHold:
    """Let contact begin again in the one safe way that somebody has found; all others stay shut.

    :raises ReasonMissing: without a coded reason how it is known to be safe.
    :raises PermissionDenied: for anybody but whose the case is and the managers.
    :raises MoveNotAllowed: if contact is not held.
    """
    if reason not in ReleaseReason.values:
        raise ReasonMissing("Choose how you know that this way is safe.")
    with _agreeing("release_hold", reference, by=by, reason=reason) as agreeing:
        writing, referral = agreeing
        if referral.assigned_to_id != by.pk and not by.has(Permission.MANAGE):
            raise PermissionDenied
        held = ContactHold.objects.filter(case=writing.case, released_at=None).first()
        if held is None:
            raise MoveNotAllowed("Contact is not held.")
        if not way.allowed:
            raise NotWellFormed("allowed", "Contact begins again only in a way that is allowed.")
        held.released_at, held.released_by, held.release_reason = writing.at, by, reason
        held.save(update_fields=["released_at", "released_by", "release_reason"])
        _written(way, agreeing)
        _settle(agreeing)
    return held


def take_up_contact(reference: str, *, by: Membership) -> ContactRule:
    """Use the way that the referrer has found and given, as confirmed by them when they gave it.

    :raises MoveNotAllowed: if nothing was given, or contact is held: then it takes a release.
    """
    with _agreeing("take_up_contact", reference, by=by) as agreeing:
        writing, referral = agreeing
        given = waiting_contact(referral)
        if given is None:
            raise MoveNotAllowed("The referrer has given nothing that waits to be used.")
        if ContactHold.objects.filter(case=writing.case, released_at=None).exists():
            raise MoveNotAllowed("Contact is held. Let it begin again before you use this.")
        rule = _written(opened_contact(given), agreeing, Confirmed(given.by, given.at))
        given.taken_up_at = writing.at
        given.save(update_fields=["taken_up_at"])
        _settle(agreeing)
    return rule


@contextmanager
def _agreeing(deed: str, reference: str, *, by: Membership, reason: str = "") -> Iterator[Agreeing]:
    with unit_of_work(by.context):
        parts = [Compartment.CONTACT]
        about = ("referral", reference)
        record(f"contact.{deed}", about=about, compartments=parts, reason=reason)
        if not by.has(Permission.VISIT):
            raise PermissionDenied
        with writing_to(reference, by=by) as (writing, referral):
            yield Agreeing(writing, referral)


def _written(way: Way, agreeing: Agreeing, confirmed: Confirmed | None = None) -> ContactRule:
    writing, referral = agreeing
    if way.allowed and not way.windows:
        raise NotWellFormed("windows", "Say when it is safe. With no time, nobody may.")
    before = words_of(writing.case.pk, writing.by.agency_id)
    said_before = before.get(way.channel, {})
    kept = {name: said_before[name] for name in KEPT if said_before.get(name)}
    way = replace(way, document={**kept, **way.document})
    _check_reach(way, said_before, writing.case)
    rule = write_way(writing, way, confirmed)
    old = said_before.get("phone", "")
    if phone := way.document.get("phone", ""):
        tag_case(writing.case, writing.by.agency_id, {Compartment.CONTACT: {"phone": phone}})
    if old and phone != old:
        _give_up_the_number(old, [each for each in before if each != way.channel], agreeing)
    follow(writing.case.pk, referral, at=writing.at)
    return rule


def _check_reach(way: Way, before: Mapping[str, str], case: Case) -> None:
    """A number that may be used is on file, and is not the one that was wrong."""
    name = REACHED_BY.get(way.channel)
    if name is None or not way.allowed:
        return
    if not way.document.get(name):
        raise NotWellFormed(name, "Say where they are reached in this way.")
    wrong = ContactRule.objects.filter(
        case=case, channel=way.channel, ask_again=AskAgain.WRONG_NUMBER
    )
    if way.document[name] == before.get(name) and wrong.exists():
        raise NotWellFormed(name, "This number was wrong. Record the right one.")


def _give_up_the_number(number: str, channels: Sequence[str], agreeing: Agreeing) -> None:
    """Nothing that was to go to a number goes there once another has taken its place."""
    case, at = agreeing.writing.case, agreeing.writing.at
    said = words_of(case.pk, agreeing.writing.by.agency_id)
    same = [each for each in channels if said[each].get("phone") == number]
    rules = ContactRule.objects.filter(case=case, channel__in=same, allowed=True, ask_again="")
    rules.update(ask_again=AskAgain.NUMBER_CHANGED)
    stand_down(case.pk, at=at, kinds=[VisitKind.CALL])


def _settle(agreeing: Agreeing) -> None:
    """Nobody needs to be woken to ask once every way that is allowed may be relied on."""
    case, at = agreeing.writing.case, agreeing.writing.at
    rules = ContactRule.objects.filter(case=case, allowed=True)
    if all(is_fresh(rule, at) for rule in rules):
        settle_rungs(case.pk, at=at, kinds=[ASK_AGAIN])
