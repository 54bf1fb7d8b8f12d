"""Widgets that Django has no like of: choices with hints and columns, and dates in three boxes."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone

from portal.spoken_time import time_of_day


class _Choices:
    """What radios and checkboxes share beyond Django's: hints, small boxes, columns."""

    hints: Mapping[str, str]

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        *,
        hints: Mapping[str, str] | None = None,
        small: bool = False,
        columns: bool = False,
    ) -> None:
        super().__init__(attrs)  # type: ignore[call-arg]
        self.hints = hints or {}
        self.small = small
        self.columns = columns

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)  # type: ignore[misc]
        context["widget"] |= {"small": self.small, "columns": self.columns}
        return context

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(*args, **kwargs)  # type: ignore[misc]
        option["hint"] = self.hints.get(str(option["value"]), "")
        return option


class Radios(_Choices, forms.RadioSelect):
    """One of a few. `columns=True` sets short answers side by side."""


class Checkboxes(_Choices, forms.CheckboxSelectMultiple):
    """Any of a few. `small=True` for long lists."""


class DateBoxes(forms.MultiWidget):
    """Day, month and year, each in a box of its own; no picker."""

    template_name = "django/forms/widgets/date_boxes.html"
    use_fieldset = True
    parts: tuple[str, ...] = ("day", "month", "year")

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({part: forms.TextInput() for part in self.parts}, attrs)

    def decompress(self, value: Any) -> list[Any]:
        if not isinstance(value, date):
            return [None] * len(self.parts)
        on = timezone.localtime(value) if isinstance(value, datetime) else value
        return [on.day, on.month, on.year]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for part, box in zip(self.parts, context["widget"]["subwidgets"], strict=True):
            box |= {"part": part, "label": part.capitalize()}
            box["attrs"]["id"] = f"{context['widget']['attrs']['id']}_{part}"
        return context

    def id_for_label(self, id_: str) -> str:
        """The first box, so that links from the error summary land in it."""
        return f"{id_}_{self.parts[0]}" if id_ else id_


class MomentBoxes(DateBoxes):
    """A day in three boxes and the time of day in a fourth."""

    parts = ("day", "month", "year", "time")

    def decompress(self, value: Any) -> list[Any]:
        """A date fills the day and leaves the time to be typed."""
        boxes = super().decompress(value)
        if isinstance(value, datetime):
            boxes = [*boxes[:3], time_of_day(value)]
        elif isinstance(value, date):
            boxes = [*boxes, None]
        return boxes
