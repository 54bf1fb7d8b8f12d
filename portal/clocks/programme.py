"""The programme as managers see it: every area's policy, what is coming, and who asks to join."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from directory.areas import AREAS, Area
from directory.routes import Route
from directory.safe_times import in_words, windows_from_json
from portal.clocks.forms import RebaseForm
from portal.components import Row
from portal.pages import FormPage, Page, see_other
from portal.spoken_time import day
from visits import actions as visiting
from visits.demand import demand
from visits.models import Programme


class Standing(NamedTuple):
    """One area: how it answers now, and how it will."""

    area: Area
    rows: list[Row]
    rebase_url: str


class ProgrammePage(Page):
    """Every area, and what comes from those outside."""

    needs = Permission.MANAGE
    template_name = "portal/clocks/programme.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record("list.programme")
        today = timezone.localdate()
        versions = Programme.objects.filter(period__endswith__isnull=True) | (
            Programme.objects.filter(period__endswith__gt=today)
        )
        ordered = versions.select_related("desk").order_by("area_code", "period")
        known = {code: list(rows) for code, rows in groupby(ordered, lambda row: row.area_code)}
        return {
            "areas": [
                _standing(area, known.get(code, []), today, self.member)
                for code, area in AREAS.items()
            ],
            "demand": demand(),
            **super().get_context_data(**kwargs),
        }


class RebaseArea(FormPage):
    """Set anew all clocks of an area that the agency owes and that still run."""

    needs = Permission.MANAGE
    template_name = "portal/clocks/rebase_area.html"
    form_class = RebaseForm

    @property
    def area(self) -> Area:
        """The area that the address names.

        :raises ObjectDoesNotExist: if it is none of ours.
        """
        if self.kwargs["area"] not in AREAS:
            raise ObjectDoesNotExist
        return AREAS[self.kwargs["area"]]

    def make(self, form: Any) -> HttpResponse:
        moved = visiting.rebase_area(self.area.code, by=self.member, **form.cleaned_data)
        messages.success(self.request, f"Set anew: {len(moved)}.")
        return see_other(reverse("portal:programme"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {"area": self.area, **super().get_context_data(**kwargs)}


def _standing(
    area: Area, versions: Sequence[Programme], today: date, member: Membership
) -> Standing:
    now = next((each for each in versions if each.period.lower <= today), None)
    coming = [each for each in versions if each.period.lower > today]
    rows = _rows(now) if now else [Row("Route", str(Route.COORDINATORS.label))]
    rows += [Row(f"From {day(each.period.lower)}", _policy(each)) for each in coming]
    ours = now is not None and now.desk_id == member.agency_id
    url = reverse("portal:rebase_area", args=[area.code]) if ours else ""
    return Standing(area, rows, url)


def _rows(version: Programme) -> list[Row]:
    return [
        Row("Route", str(version.route.label)),
        Row("Desk", version.desk.name),
        Row("Policy", _policy(version)),
        Row("In force since", day(version.period.lower)),
    ]


def _policy(version: Programme) -> str:
    lines = [
        f"{version.route.label}, {version.desk.name}",
        f"Contact within {version.target_hours} hours",
        f"Visit from {version.earliest_hours} to {version.latest_hours} hours",
        f"Visiting hours: {_hours(version)}",
        f"Attempts expected: {version.attempts_expected}",
    ]
    return "\n".join(lines[1:] if version.period.lower <= timezone.localdate() else lines)


def _hours(version: Programme) -> str:
    windows = windows_from_json(version.visiting_hours)
    return in_words(windows) if windows else "all hours"
