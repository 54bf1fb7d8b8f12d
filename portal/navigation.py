"""The service navigation: which pages each role finds at the top, in the order of its day."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from accounts.models import Membership
from accounts.roles import Role


@dataclass(frozen=True)
class Page:
    """A page people go to directly, by the name of its address."""

    label: str
    url_name: str


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
_DUTY = (
    Page("Duty desk", "portal:duty_desk"),
    Page("My visits today", "portal:my_visits"),
    Page("Who is out", "portal:who_is_out"),
    Page("Visits", "portal:visits"),
    Page("Plan", "portal:plan"),
    Page("My cases", "portal:my_cases"),
    Page("Referrals to us", "portal:inbox"),
    Page("MARAC", "portal:marac"),
)
_PROGRAMME = Page("Programme", "portal:programme")
_ROTA = Page("Rota", "portal:rota")
_HAND_OVER = Page("Hand over", "portal:hand_over")
_EVIDENCE = Page("Evidence", "portal:evidence")
_OWN_ROTA = Page("My rota", "portal:rota")
_SERVICE = (
    Page("Referrals to us", "portal:inbox"),
    Page("My cases", "portal:my_cases"),
)

PAGES: Final[Mapping[Role, tuple[Page, ...]]] = {
    Role.OFFICER: _REFERRING,
    Role.SUPERVISOR: (*_REFERRING, _EVIDENCE),
    Role.ADVISER: (*_DUTY, _OWN_ROTA),
    Role.DUTY_MANAGER: (*_DUTY, _ROTA, _HAND_OVER, _PROGRAMME, _EVIDENCE),
    Role.COORDINATOR: (*_DUTY, _ROTA, _HAND_OVER, _PROGRAMME, _EVIDENCE),
    Role.CASEWORKER: _SERVICE,
    Role.TEAM_LEAD: (*_SERVICE, _EVIDENCE),
}


def navigation_for(member: Membership, *, path: str) -> list[NavigationLink]:
    """The member's links; current is the one whose address `path` lies under, most closely."""
    addresses = [(page, reverse(page.url_name)) for page in PAGES.get(Role(member.role), ())]
    current = max((url for _, url in addresses if path.startswith(url)), key=len, default="")
    return [NavigationLink(page.label, url, url == current) for page, url in addresses]
