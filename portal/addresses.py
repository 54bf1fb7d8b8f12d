"""References in addresses: what is not one leads nowhere, before anything is looked up."""

import re
from typing import Final

from django.urls import register_converter

REFERENCE: Final = r"[Pp][HhCc]-[0-9A-Za-z]{8}"


class ReferenceConverter:
    """`PH-` and eight signs, in any letter case."""

    regex = REFERENCE

    def to_python(self, value: str) -> str:
        """References are kept in capitals."""
        return value.upper()

    def to_url(self, value: str) -> str:
        """As it is."""
        return value


def is_reference(text: str) -> bool:
    """Whether a text can be a reference at all."""
    return re.fullmatch(REFERENCE, text) is not None


register_converter(ReferenceConverter, "reference")
