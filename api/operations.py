"""What an endpoint's methods are: named, scoped, and shaped, for the code and for the contract."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from rest_framework.serializers import Serializer

from api.serializers import EmptyIn, StrictSerializer

Choices = tuple[str, ...]
ENDED: Final[Mapping[int, str]] = {409: "Your agency can no longer open this."}
CURSOR: Final = "cursor"
PAGE_SIZE: Final = "page_size"


@dataclass(frozen=True)
class Operation:
    """One method of one address.

    ``queries`` names the parameters it understands, each with the codes it takes (none: free).
    ``kinds`` are the media types of a body that is no JSON; ``files`` those of an answer that is a
    file. Nothing is given where there is nothing left to say.
    """

    name: str
    scope: str
    gives: type[Serializer[Any]] | None
    takes: type[StrictSerializer] = EmptyIn
    kinds: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    status: int = 200
    queries: Mapping[str, Choices] | None = None
    is_tagged: bool = False
    refuses: Mapping[int, str] | None = None


def listing(name: str, scope: str, gives: type[Serializer[Any]], **queries: Choices) -> Operation:
    """A list, in pages, narrowed by ``queries``."""
    return Operation(name, scope, gives, queries={**queries, CURSOR: (), PAGE_SIZE: ()})
