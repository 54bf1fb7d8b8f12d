"""The lines of the team's page: where each leads, whose they are, and under which heading."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from django.urls import reverse

from accounts.models import Membership
from portal.team import saying
from rota.policy import may_manage


class Line(NamedTuple):
    """One link: what it is called, where it leads, and what is there."""

    label: str
    url: str
    said: str
    is_pressing: bool


class Link(NamedTuple):
    """A page and who counts what is there; with ``managers``, whether it is theirs or others'."""

    label: str
    url_name: str
    say: Callable[[Membership, datetime], saying.Said]
    managers: bool | None = None
    part: str = ""

    def line(self, member: Membership, now: datetime) -> Line:
        """The link as it stands at an instant."""
        url = reverse(f"portal:{self.url_name}") + self.part
        return Line(self.label, url, *self.say(member, now))


def groups_for(member: Membership, now: datetime) -> Mapping[str, list[Line]]:
    """The member's lines, by heading."""
    whose = (None, may_manage(member))
    groups = {
        heading: [link.line(member, now) for link in links if link.managers in whose]
        for heading, links in GROUPS.items()
    }
    return {heading: lines for heading, lines in groups.items() if lines}


GROUPS: Final[Mapping[str, tuple[Link, ...]]] = {
    "Today": (
        Link("Who is out", "who_is_out", saying.who_is_out),
        Link("My visits today", "my_visits", saying.visits),
        Link("Plan", "plan", saying.plan),
        Link("Hand over", "hand_over", saying.left, managers=True),
    ),
    "People": (
        Link("Rota", "rota", saying.rota, managers=True),
        Link("My rota", "rota", saying.own_rota, managers=False),
        Link("Caseload", "rota", saying.caseload, managers=True, part="#caseload"),
        Link("Texts to me", "my_number", saying.own_texts),
        Link("Texts to colleagues", "team_numbers", saying.texts, managers=True),
        Link("Ways back in", "ways_back", saying.ways_back, managers=True),
        Link("Travel times", "rota_travel", saying.travel, managers=True),
    ),
    "Meetings and programme": (
        Link("MARAC", "marac", saying.marac),
        Link("How the clocks stand", "team_clocks", saying.clocks, managers=True),
        Link("Programme", "programme", saying.programme, managers=True),
        Link("Evidence", "evidence", saying.evidence, managers=True),
        Link("Requests for what is held", "disclosures", saying.disclosures, managers=True),
        Link("What is kept", "keeping", saying.keeping, managers=True),
        Link("Looking at others’ cases", "glasses", saying.glasses, managers=True),
    ),
}
