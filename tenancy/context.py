"""Who the database is to believe is asking, for the length of one transaction."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What sort of asker a transaction serves; each database role may claim only its own."""

    NOBODY = "nobody"
    MEMBER = "member"
    CLIENT = "client"
    SYSTEM = "system"
    MIGRATION = "migration"


@dataclass(frozen=True)
class Context:
    """The asker of one transaction: its kind and, for people and systems of an agency, whose."""

    kind: Kind
    agency_id: int | None = None
    membership_id: int | None = None

    @classmethod
    def nobody(cls) -> "Context":
        """Before sign-in: the tables of tenants are empty."""
        return cls(Kind.NOBODY)

    @classmethod
    def member(cls, *, agency_id: int, membership_id: int) -> "Context":
        """A person of staff acting for an agency."""
        return cls(Kind.MEMBER, agency_id, membership_id)

    @classmethod
    def client(cls, *, agency_id: int, membership_id: int) -> "Context":
        """A system of an agency, acting through a membership of its own."""
        return cls(Kind.CLIENT, agency_id, membership_id)

    @classmethod
    def system(cls) -> "Context":
        """The worker and the beat: clear tables only."""
        return cls(Kind.SYSTEM)

    @classmethod
    def migration(cls) -> "Context":
        """The owner of the database, at the operator's command line."""
        return cls(Kind.MIGRATION)

    @property
    def claim(self) -> str:
        """``kind|agency|membership``, the part of the context that is signed."""
        return f"{self.kind}|{self.agency_id or ''}|{self.membership_id or ''}"
