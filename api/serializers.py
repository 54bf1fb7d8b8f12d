"""Shapes that every part of the door shares. A field is what it says: no number passes for text."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from django.core.validators import RegexValidator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from directory.contact import DirectContact
from directory.safe_times import SafeWindow, windows_from_json
from referrals.compartments import Field
from referrals.errors import NotWellFormed

MOST_WINDOWS: Final = 30
MOST_UNKNOWN: Final = 25
STAFF_IDENTIFIER: Final = r"^[A-Za-z0-9][A-Za-z0-9.@_/-]{0,59}\Z"


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields it does not know, by name: a misspelt field is never quietly lost."""

    def to_internal_value(self, data: Any) -> Any:
        """The fields, read; an unknown one is an error at its own pointer."""
        if isinstance(data, dict):
            unknown = data.keys() - self.fields.keys()
            if unknown:
                raise serializers.ValidationError(
                    {
                        str(name): ["There is no such field."]
                        for name in sorted(unknown)[:MOST_UNKNOWN]
                    }
                )
        return super().to_internal_value(data)


class EmptyIn(StrictSerializer):
    """Nothing needs to be said."""


class Text(serializers.CharField):
    """Text, and no number that could be read as one."""

    def to_internal_value(self, data: Any) -> str:
        """The text, without spaces around it."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class StaffIdentifier(Text):
    """What a member of staff is called in their own agency's systems. It is kept unsealed, so it
    has no room for a sentence or a person's full name."""

    default_error_messages = {
        "not_an_identifier": "Give a staff identifier such as a collar number, not a name."
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(
            RegexValidator(STAFF_IDENTIFIER, self.error_messages["not_an_identifier"])
        )


class Code(serializers.ChoiceField):
    """One code of a list. What was sent instead is not repeated: it may be somebody's name."""

    default_error_messages = {"invalid_choice": "This is not one of the codes."}

    def to_internal_value(self, data: Any) -> Any:
        """The code, if it is on the list."""
        if not isinstance(data, str):
            self.fail("invalid_choice")
        return super().to_internal_value(data)


class Several(serializers.ListField):
    """A list. How long it is is seen before any of it is read."""

    def to_internal_value(self, data: Any) -> list[Any]:
        """What the list holds, unless it is too long."""
        if self.max_length is not None and isinstance(data, list) and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """True or false, in JSON's own words."""

    def to_internal_value(self, data: Any) -> bool:
        """The flag."""
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


class Whole(serializers.IntegerField):
    """A whole number; ``24.0`` is one, as JSON has it."""

    def to_internal_value(self, data: Any) -> int:
        """The number."""
        if isinstance(data, float) and data.is_integer():
            data = int(data)
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class Instant(serializers.DateTimeField):
    """An instant with its offset: what has none could be either of two in an October night."""

    default_error_messages = {
        "invalid": "Give an instant with its offset, like 2026-03-01T14:30:00Z."
    }

    def to_internal_value(self, value: Any) -> datetime:
        """The instant."""
        try:
            found = datetime.fromisoformat(value) if isinstance(value, str) else None
            if found is None or found.utcoffset() is None:
                self.fail("invalid", format="")
            return found.astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail("invalid", format="")


def instant(moment: datetime | None) -> str | None:
    """An instant as the answers write it: UTC, RFC 3339."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None


class TimeOfDay(Text):
    """A time on the wall clock, like 09:00."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=5, **kwargs)
        said = "Give times of day like 09:00 or 17:30."
        self.validators.append(RegexValidator(r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z", said))


class SafeWindowIn(StrictSerializer):
    """``{"day": "mon", "from": "09:00", "to": "12:00"}``, on the wall clock of London."""

    day = Code([(day, day) for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")])
    to = TimeOfDay()

    def get_fields(self) -> dict[str, Any]:
        """The fields; one is called by a word of Python's own."""
        return {**super().get_fields(), "from": TimeOfDay()}


class ContactIn(StrictSerializer):
    """The clear part of safe contact. Nothing given means: do not contact directly."""

    direct = Code(DirectContact.choices, default=DirectContact.HELD)
    safe_windows = Several(child=SafeWindowIn(), default=list, max_length=MOST_WINDOWS)

    def validate_safe_windows(self, given: list[dict[str, str]]) -> tuple[SafeWindow, ...]:
        """Windows that make sense.

        :raises NotWellFormed: for one that ends before it begins.
        """
        try:
            return windows_from_json([dict(window) for window in given])
        except ValueError as error:
            raise NotWellFormed("safe_windows", str(error)) from None


@extend_schema_field(OpenApiTypes.DATE)
class Day(Text):
    """A day, like 1991-04-23."""


def document_shape(name: str, fields: Mapping[str, Field]) -> type[StrictSerializer]:
    """The shape of a document of a case: its fields, all texts, none of them required."""
    shapes = {
        field: (Day if about.is_day else Text)(
            max_length=10 if about.is_day else about.most,
            allow_blank=True,
            required=False,
            help_text=about.label,
        )
        for field, about in fields.items()
    }
    return type(name, (StrictSerializer,), {**shapes, "__doc__": ""})
