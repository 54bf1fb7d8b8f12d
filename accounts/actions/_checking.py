"""What Django knows about a row before PostgreSQL does, said in one sentence."""

from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model

from accounts.errors import NotDone

Row = TypeVar("Row", bound=Model)


def checked(row: Row) -> Row:
    """The row, if its fields hold what they may.

    :raises NotDone: otherwise, with what is wrong.
    """
    try:
        row.full_clean(validate_constraints=False)
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise NotDone(f"{field.replace('_', ' ').capitalize()}: {sentences[0]}") from None
    return row
