"""Changing keys while the house works: a new version, what the old one holds moved, the old gone.

Web processes remember opened keys for five minutes, so they go on using an old version for so long.
Nothing is destroyed before twice that time has passed and nothing is left that the key opens.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, NamedTuple, Protocol
from uuid import UUID

from vault.keyd import Keyd

MARGIN: Final = timedelta(minutes=10)


class StillInUse(Exception):
    """The key may not be destroyed yet. The sentence says why."""


class Batch(NamedTuple):
    """Some rows were looked at: how many were moved, and the last one; none if there were none."""

    moved: int
    last: UUID | None


class Sealed(Protocol):
    """A table of a room above that holds something sealed to agencies."""

    def left(self, agency_id: int, newest: int) -> int:
        """How many rows are sealed to an older version."""
        ...

    def reseal(
        self, keyd: Keyd, agency_id: int, newest: int, *, after: UUID | None, most: int
    ) -> Batch:
        """Seal some of them to the newest. One that does not open stays as it is."""
        ...

    def hold_still(self) -> None:
        """Let nobody add a row before the end of the transaction."""
        ...


class Tagged(Protocol):
    """A table of a room above that holds search tags."""

    def left(self, agency_id: int, purpose: str, newest: int) -> int:
        """How many tags of an older version have no tag of the newest beside them."""
        ...

    def retag(
        self, keyd: Keyd, index: tuple[int, str, int], *, after: UUID | None, most: int
    ) -> Batch:
        """Make those of some cases, from the documents: ``index`` is agency, purpose, version."""
        ...

    def drop(self, agency_id: int, purpose: str, newest: int) -> int:
        """Remove the tags of older versions."""
        ...


class Cases(Protocol):
    """The cases of a room above, whose keys it can change."""

    def ids_of(self, agency_id: int, *, after: UUID | None, most: int) -> list[UUID]:
        """Cases an agency works on, in the order of their ids."""
        ...

    def id_of(self, reference: str) -> UUID:
        """The case of a referral. LookupError if there is none."""
        ...

    def renew(self, case_id: UUID) -> None:
        """Other keys for all that is stored of it; everybody keeps what they may open."""
        ...


@dataclass(frozen=True)
class Room:
    """What a room above keeps under keys of the vault, and how it names and records."""

    sealed: tuple[Sealed, ...]
    tagged: Tagged
    cases: Cases
    agency_named: Callable[[str], int]
    record: Callable[..., None]


_joined: list[Room] = []


def join(room: Room) -> None:
    """Have a room's rows moved with the keys. Called once, when the house starts."""
    _joined[:] = [room]


def room() -> Room:
    """The room that keeps cases."""
    return _joined[0]
