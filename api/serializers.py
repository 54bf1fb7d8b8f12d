"""Shapes that every part of the door shares."""

from typing import Any

from rest_framework import serializers


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields it does not know, by name: a misspelt field is never quietly lost."""

    def to_internal_value(self, data: Any) -> Any:
        """The fields, read; an unknown one is an error at its own pointer."""
        if isinstance(data, dict):
            unknown = data.keys() - self.fields.keys()
            if unknown:
                raise serializers.ValidationError(
                    {str(name): ["There is no such field."] for name in sorted(unknown)}
                )
        return super().to_internal_value(data)


class SafeWindowField(serializers.DictField):
    """``{"day": "mon", "from": "09:00", "to": "12:00"}``, on the wall clock of London."""

    child = serializers.CharField(max_length=10)
