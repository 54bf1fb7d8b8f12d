"""How long the roads take: the form with a field for each way."""

from collections.abc import Mapping
from typing import Any

from django import forms

from directory.areas import AREAS
from portal.govuk.forms import GovukForm
from rota.models import LONGEST_TRAVEL
from rota.travel import USUAL_MINUTES


def pair(here: str, there: str) -> str:
    """The name of the field of a way."""
    return f"{here}_{there}"


class TravelForm(GovukForm):
    """Minutes from area to area. A way back that is left empty takes as long as the way there."""

    needed_sometimes = tuple(f"{here}_{there}" for here, there in USUAL_MINUTES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for here, there in USUAL_MINUTES:
            to = "Within the area" if here == there else f"To {AREAS[there].name}"
            self.fields[pair(here, there)] = _minutes(to, AREAS[here].name)

    def ways(self) -> list[tuple[str, list[forms.BoundField]]]:
        """By the area one starts from: its name, and a field for each area one goes to."""
        return [
            (f"From {area.name}", [self[pair(area.code, there)] for there in AREAS])
            for area in AREAS.values()
        ]

    @property
    def minutes(self) -> dict[tuple[str, str], int]:
        """Each way's minutes; a way given one way only counts for both."""
        given = self.cleaned_data
        found = {
            (here, there): given[pair(here, there)]
            if given[pair(here, there)] is not None
            else given[pair(there, here)]
            for here, there in USUAL_MINUTES
        }
        return {way: minutes for way, minutes in found.items() if minutes is not None}


def _minutes(label: str, start: str) -> forms.IntegerField:
    unclear = (
        f"From {start}, {label[:1].lower()}{label[1:]}: give minutes from 0 to {LONGEST_TRAVEL}"
    )
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=LONGEST_TRAVEL,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}),
        error_messages={"invalid": unclear, "min_value": unclear, "max_value": unclear},
    )


def travel_initial(minutes: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    """Each way once; the way back only where it takes another time."""
    order = list(AREAS)
    return {
        pair(here, there): length
        for (here, there), length in minutes.items()
        if order.index(here) <= order.index(there) or minutes[there, here] != length
    }
