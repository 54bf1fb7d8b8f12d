"""Whom an audience is at one moment: of those who may, those on duty; and if there are none, all.

Nobody is lost over a rota: an agency that keeps none, or an hour nobody covers, wakes everybody
who may see to it, and an agency without managers wakes its desk.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from datetime import datetime
from typing import NamedTuple

from accounts.models import Membership
from accounts.roles import GRANTS, Permission, Role
from rota.duty import on_duty


class Woken(NamedTuple):
    """One of an agency's people: whether to be woken as the desk, as a manager, as on duty.

    ``may_see_to_it``: on duty or not, who is woken where a conflict of interest keeps out the rest.
    """

    membership_id: int
    agency_id: int
    as_desk: bool
    as_manager: bool
    is_on_duty: bool
    may_see_to_it: bool


class Watch(NamedTuple):
    """Agencies, and everybody of theirs who is there at one moment; some have nobody."""

    agencies: Collection[int]
    staff: Sequence[Woken]


def watch_of(agencies: Iterable[int], at: datetime) -> Watch:
    """The watch of these agencies at one moment."""
    asked = set(agencies)
    staff = [
        person
        for agency, roles in _roles(asked).items()
        for person in woken(agency, roles, on_duty(agency, at))
    ]
    return Watch(asked, staff)


def woken(agency: int, roles: Mapping[int, str], duty: Set[int]) -> list[Woken]:
    """How each of an agency's people is to be woken, by their roles and by who is on duty."""
    desk, managers = _able(Permission.DECIDE, roles), _able(Permission.MANAGE, roles)
    able = desk | managers
    desk, managers = desk & duty or desk, managers & duty or managers
    desk, managers = desk or managers, managers or desk
    is_covered = not duty.isdisjoint(roles)
    return [
        Woken(
            person,
            agency,
            as_desk=person in desk,
            as_manager=person in managers,
            is_on_duty=person in duty or not is_covered,
            may_see_to_it=person in able,
        )
        for person in roles
    ]


def _able(permission: Permission, roles: Mapping[int, str]) -> set[int]:
    return {person for person, role in roles.items() if permission in GRANTS[Role(role)]}


def _roles(agencies: set[int]) -> dict[int, dict[int, str]]:
    """The people of each agency who are there, and as what."""
    found: dict[int, dict[int, str]] = {agency: {} for agency in agencies}
    members = Membership.objects.current().filter(agency__in=agencies).exclude(user=None)
    for person, agency, role in members.values_list("pk", "agency_id", "role"):
        found[agency][person] = role
    return found
