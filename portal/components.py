"""The parts pages are made of: views fill them in, the tags in `templatetags/look.py` draw them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.clock_face import Urgency


@dataclass(frozen=True)
class Tile:
    """A number somebody has to act on, which is a link to what it counts."""

    number: int
    label: str
    url: str
    hint: str = ""
    urgency: Urgency = Urgency.IN_TIME


@dataclass(frozen=True)
class Row:
    """A line of a summary list; `change_url` adds a link to the question that was answered."""

    key: str
    value: str
    change_url: str = ""


@dataclass(frozen=True)
class Happening:
    """An entry of a timeline, newest first: what happened, when, who did it."""

    title: str
    at: datetime
    by: str = ""
    note: str = ""


@dataclass(frozen=True)
class Tab:
    """A link between views of the same thing; each has an address of its own."""

    label: str
    url: str
    is_current: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Appointment:
    """A line of an agenda: when, what, where and which colleagues go, never to whom."""

    starts_at: datetime
    what: str
    area: str
    reference: str
    url: str
    warning: str = ""
    ends_at: datetime | None = None
    goes: Sequence[str] = ()


@dataclass(frozen=True)
class SafeContact:
    """All that is shown before a referral is taken: if contact is allowed, and when it is safe."""

    is_allowed: bool
    windows: Sequence[str] = ()


@dataclass(frozen=True)
class JobCard:
    """A referral on the duty desk before anybody took it: there is nowhere to put a name."""

    reference: str
    due_at: datetime
    area: str
    harm: str
    risk: str
    age_band: str
    safe_contact: SafeContact
    source: str = ""
    take_url: str = ""
    open_url: str = ""
    taken_by: str = ""
    visit_by_at: datetime | None = None
    warnings: Sequence[str] = ()
    next_step: str = ""
