"""Saying what a visit needs, and who must not go."""

from dataclasses import dataclass
from typing import Final

from django.core.exceptions import PermissionDenied

from accounts.models import Membership
from accounts.roles import Permission
from directory.abilities import AdviserGender, Language, Specialism
from referrals.errors import MoveNotAllowed, NotWellFormed
from visits.actions._following_up import following
from visits.actions.booking import LONGEST_MINUTES, SHORTEST_MINUTES
from visits.models import Conflict, VisitNeeds

USUAL_MINUTES: Final = 60


@dataclass(frozen=True, kw_only=True)
class Needs:
    """What is wanted of whoever goes, in codes; ``…_is_must``: nobody else is to go."""

    language: str = ""
    language_is_must: bool = False
    gender: str = ""
    gender_is_must: bool = False
    specialisms: tuple[str, ...] = ()
    minutes: int = USUAL_MINUTES


def set_needs(reference: str, needs: Needs, *, by: Membership) -> VisitNeeds:
    """Say what the visit needs, in place of what was said before. The next plan goes by it.

    :raises NotWellFormed: for what is on no list, or a must without a what.
    """
    with following("need", reference, by=by) as follow:
        _check(needs)
        row, _ = VisitNeeds.objects.update_or_create(
            follow_up=follow.follow_up,
            defaults={
                "agency_id": by.agency_id,
                "language": needs.language,
                "language_is_must": needs.language_is_must,
                "gender": needs.gender,
                "gender_is_must": needs.gender_is_must,
                "specialisms": sorted(needs.specialisms),
                "minutes": needs.minutes,
                "set_by": by,
                "set_at": follow.at,
            },
        )
        return row


def declare_conflict(reference: str, who: Membership, *, by: Membership) -> Conflict:
    """Say that somebody must not visit here: no plan sends them, and no booking is made with them.

    :raises PermissionDenied: for anybody but a manager.
    :raises MoveNotAllowed: while they are booked to go: that booking is changed first.
    """
    with following("declare_conflict", reference, by=by) as follow:
        _check_manager(by)
        if who.agency_id != by.agency_id:
            raise NotWellFormed("who", "Choose somebody of your agency.")
        if follow.follow_up.visits.filter(
            status="booked", workers__membership=who, workers__is_booked=True
        ).exists():
            raise MoveNotAllowed("They are booked to go. Change the booking first.")
        row, _ = Conflict.objects.get_or_create(
            follow_up=follow.follow_up,
            membership=who,
            defaults={"agency_id": by.agency_id, "declared_by": by, "declared_at": follow.at},
        )
        return row


def withdraw_conflict(reference: str, who: Membership, *, by: Membership) -> None:
    """Say that somebody may visit after all.

    :raises MoveNotAllowed: if nobody has said otherwise.
    """
    with following("withdraw_conflict", reference, by=by) as follow:
        _check_manager(by)
        gone, _ = Conflict.objects.filter(follow_up=follow.follow_up, membership=who).delete()
        if not gone:
            raise MoveNotAllowed("Nobody has said that they must not.")


def _check_manager(by: Membership) -> None:
    if not by.has(Permission.MANAGE):
        raise PermissionDenied


def _check(needs: Needs) -> None:
    if needs.language and needs.language not in Language.values:
        raise NotWellFormed("language", "Choose a language from the list.")
    if needs.gender and needs.gender not in AdviserGender.values:
        raise NotWellFormed("gender", "Choose whom they ask for from the list.")
    if not set(needs.specialisms) <= set(Specialism.values):
        raise NotWellFormed("specialisms", "Choose from the list.")
    if not SHORTEST_MINUTES <= needs.minutes <= LONGEST_MINUTES:
        raise NotWellFormed("minutes", "A visit takes between 5 minutes and 4 hours.")
    for field in ("language", "gender"):
        if getattr(needs, f"{field}_is_must") and not getattr(needs, field):
            raise NotWellFormed(field, "Say which, or take the tick away.")
