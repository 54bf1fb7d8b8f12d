"""The service navigation: which pages each role finds at the top, in the order of its day.

Six at the most, so that they stand in one line; the rest is behind the team's page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from accounts.models import Membership
from accounts.roles import Role


@dataclass(frozen=True)
class Page:
    """A page people go to directly, by the name of its address; ``behind`` are those one finds
    from there."""

    label: str
    url_name: str
    behind: tuple[str, ...] = ()


@dataclass(frozen=True)
class NavigationLink:
    """One link of the service navigation."""

    label: str
    url: str
    is_current: bool


_REFERRING = (
    Page("My referrals", "portal:my_referrals"),
    Page("New referral", "portal:new_referral"),
)
_EVIDENCE = Page("Evidence", "portal:evidence")
_DESK = Page("Duty desk", "portal:duty_desk")
_MY_VISITS = Page("My visits today", "portal:my_visits")
_WEEK = Page("Visits", "portal:visits")
_CASES = Page("My cases", "portal:my_cases")
_TO_US = Page("Referrals to us", "portal:inbox", behind=("portal:our_services",))
_MARAC = Page("MARAC", "portal:marac")
_TEAM = Page(
    "Team",
    "portal:team",
    behind=(
        "portal:who_is_out",
        "portal:plan",
        "portal:hand_over",
        "portal:rota",
        "portal:my_number",
        "portal:marac",
        "portal:programme",
        "portal:evidence",
        "portal:glasses",
        "portal:ways_back",
        "portal:keeping",
        "portal:disclosures",
    ),
)
_DUTY = (_DESK, _MY_VISITS, _WEEK, _CASES, _TO_US, _TEAM)
_SERVICE = (_TO_US, _CASES)
_ADMINISTERING = (
    Page("Start", "portal:home"),
    Page("People", "portal:people"),
    Page("Systems", "portal:systems"),
)

PAGES: Final[Mapping[Role, tuple[Page, ...]]] = {
    Role.OFFICER: _REFERRING,
    Role.SUPERVISOR: (*_REFERRING, _EVIDENCE),
    Role.ADVISER: _DUTY,
    Role.DUTY_MANAGER: _DUTY,
    Role.COORDINATOR: (_DESK, _WEEK, _CASES, _TO_US, _MARAC, _TEAM),
    Role.CASEWORKER: _SERVICE,
    Role.TEAM_LEAD: (*_SERVICE, _EVIDENCE),
    Role.ADMINISTRATOR: _ADMINISTERING,
}


def navigation_for(member: Membership, *, path: str) -> list[NavigationLink]:
    """The member's links; current is the one whose address `path` lies under, most closely."""
    pages = PAGES.get(Role(member.role), ())
    owners = {reverse(name): page for page in pages for name in page.behind}
    owners |= {reverse(page.url_name): page for page in pages}
    closest = max((url for url in owners if path.startswith(url)), key=len, default=None)
    current = owners[closest] if closest else None
    return [NavigationLink(page.label, reverse(page.url_name), page == current) for page in pages]
