"""The form every page of the portal uses, and the errors it lists at the top."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django import forms

SENTENCES: Final = {
    "invalid_choice": "“{label}”: choose one of the answers listed",
    "max_length": "“{label}” must be %(limit_value)d characters or fewer",
    "null_characters_not_allowed": "“{label}” has a character that cannot be kept. Type it again",
}
"""The house's words where Django's do not name the field, or repeat what was typed."""


@dataclass(frozen=True)
class ErrorLink:
    """A sentence of the error summary and the control it leads to, if it is about one."""

    sentence: str
    href: str


class GovukForm(forms.Form):
    """A plain form without the browser's own checks, which speak in the wrong place and tone.

    `parts` names its sections in order, each a heading and its fields; `needed_sometimes` are
    fields not required at first sight, which must not be called optional.
    """

    use_required_attribute = False
    parts: ClassVar[tuple[tuple[str, tuple[str, ...]], ...]] = ()
    needed_sometimes: ClassVar[Collection[str]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            _speak_of(field, name)

    @property
    def takes_long(self) -> bool:
        """Whether enough is typed here that the session may end meanwhile."""
        return any(isinstance(field.widget, forms.Textarea) for field in self.fields.values())

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The form part by part: heading and fields."""
        return [(heading, [self[name] for name in names]) for heading, names in self.parts]


class EmptyForm(GovukForm):
    """Nothing to fill in: a button, and a place for what is refused."""


def _speak_of(field: forms.Field, name: str) -> None:
    """Name the field where Django's own sentence does not."""
    label = str(field.label or name).rstrip("?").replace("%", "%%")
    for code, sentence in SENTENCES.items():
        field.error_messages[code] = sentence.format(label=label)


def error_links(form: forms.BaseForm) -> Iterator[ErrorLink]:
    """Every error once, in the order of the page: of the whole form, then of each field."""
    for sentence in form.non_field_errors():
        yield ErrorLink(str(sentence), "")
    for bound in [*form.hidden_fields(), *form.visible_fields()]:
        for error in form.errors.as_data().get(bound.name, ()):
            for sentence in error.messages:
                yield ErrorLink(str(sentence), first_control(bound, error.code or ""))


def first_control(bound: forms.BoundField, part: str) -> str:
    """Where the link lands: the box that is wrong, else the first box or choice of the field."""
    if part in getattr(bound.field.widget, "parts", ()):
        return f"#{bound.auto_id}_{part}"
    if isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return f"#{bound.auto_id}_0"
    return f"#{bound.id_for_label or bound.auto_id}"
