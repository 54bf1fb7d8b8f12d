"""Who has seen this case: on screen for its lead, on paper for the person it is about."""

from typing import Any, ClassVar, NamedTuple

from accounts.roles import Permission
from oversight.seen import Seen, who_has_seen
from portal.cases.acts import deed_of
from portal.pages import Page
from referrals.compartments import LABELS, Compartment


class Line(NamedTuple):
    """One look as it is shown."""

    seen: Seen
    what: str
    parts: str


class WhoHasSeen(Page):
    """Everybody, of every agency. Only the agency that answers for the case may ask."""

    needs = Permission.OPEN
    template_name = "portal/cases/seen.html"
    for_them: ClassVar[bool] = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = who_has_seen(self.reference, by=self.member, for_them=self.for_them)
        lines = [Line(each, deed_of(each.action), _parts(each)) for each in found.looks]
        return {
            "referral": found.referral,
            "lines": lines,
            "exempt": found.exempt,
            **super().get_context_data(**kwargs),
        }


class Printed(WhoHasSeen):
    """To hand over: without the names of staff, and without what may be kept back."""

    template_name = "portal/cases/seen_print.html"
    for_them = True


def _parts(seen: Seen) -> str:
    """What was opened, in the words of the case's own pages."""
    named = [LABELS[part] for part in Compartment if part in seen.parts]
    if any(part.startswith("notes:") for part in seen.parts):
        named.append("Notes")
    if not named:
        return "Everything they may open" if seen.action == "case.open" else "No sealed part"
    return ", ".join(named)
