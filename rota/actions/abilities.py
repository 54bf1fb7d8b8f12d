"""What a colleague brings: where, in which languages, for what, and whether alone."""

from collections.abc import Collection

from accounts.models import Membership
from directory.abilities import ENGLISH, AdviserGender, Language, Specialism
from directory.areas import AREAS
from referrals.errors import NotWellFormed
from rota.actions._keeping import keeping
from rota.duty import Abilities
from rota.models import AdviserAbilities


def set_abilities(person: Membership, new: Abilities, *, by: Membership) -> AdviserAbilities:
    """Set what a colleague brings, in place of what was recorded. English is everybody's.

    :raises NotWellFormed: for a code that is on none of the lists, or no area at all.
    """
    with keeping("set_abilities", person, by=by) as keep:
        _check(new)
        row, _ = AdviserAbilities.objects.update_or_create(
            membership=keep.person,
            defaults={
                "agency_id": keep.agency_id,
                "areas": sorted(new.areas),
                "languages": sorted(new.languages - {ENGLISH}),
                "gender": new.gender,
                "specialisms": sorted(new.specialisms),
                "may_visit_alone": new.may_visit_alone,
            },
        )
        return row


def _check(new: Abilities) -> None:
    if not new.areas:
        raise NotWellFormed("areas", "Choose at least one area.")
    lists: tuple[tuple[str, Collection[str], Collection[str]], ...] = (
        ("areas", new.areas, AREAS),
        ("languages", new.languages, Language.values),
        ("specialisms", new.specialisms, Specialism.values),
        ("gender", {new.gender}, AdviserGender.values),
    )
    for field, given, known in lists:
        if not {*given} <= {*known}:
            raise NotWellFormed(field, "Choose from the list.")
