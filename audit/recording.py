"""How the house records: entries are owed by the unit of work and paid as its last statement."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from django.db import connection

from audit.models import KEYD, PLATFORM
from tenancy.request_id import current_request_id
from tenancy.work import Work, current_work

ALLOWED: Final = "allowed"
REFUSED: Final = "refused"
LONGEST_WORD: Final = 500
MOST_SHOWN: Final = 150
"""So many references fit into one entry and its index; of more their number is kept."""
BESIDE: Final = ("key.", "search.")
"""What is recorded beside the act that brought it about, and goes to no other agency with it."""


@dataclass(frozen=True)
class Entry:
    """One line of evidence, before it has a place in a chain."""

    agency_id: int
    actor: str
    actor_role: str
    action: str
    object_type: str
    object_id: str
    compartments: tuple[str, ...]
    purpose: str
    decision: str
    reason: str
    request_id: str


def record(
    action: str,
    *,
    about: tuple[str, object] = ("", ""),
    compartments: Iterable[str] = (),
    purpose: str = "",
    reason: str = "",
    also: Iterable[int] = (),
) -> None:
    """Owe an entry to the asker's chain, and to the chains of the agencies in ``also``.

    ``about`` is a kind of object and its id. If the work fails, the entry is kept as a refusal.

    :raises RuntimeError: outside a unit of work, where evidence would not share the act's fate.
    """
    work = current_work()
    if work is None:
        raise RuntimeError(f"{action} was to be recorded outside any unit of work.")
    entry = _entry(work, action, about, tuple(compartments), (purpose, reason))
    work.owed.append(entry)
    for agency_id in {*also} - {entry.agency_id}:
        work.owed.append(replace(entry, agency_id=agency_id))


def record_release(case_id: object, *, purpose: str, reason: str = "") -> None:
    """Owe an entry to the key service's own chain, where no asker's other entries are: somebody
    is to be given the keys of a case.

    :raises RuntimeError: outside a unit of work.
    """
    record("key.release", about=("case", case_id), purpose=purpose, reason=reason)
    work = current_work()
    if work is not None:
        work.owed[-1] = replace(work.owed[-1], agency_id=KEYD)


def name_released(compartments: Iterable[str]) -> None:
    """Say in the entry of a release which parts of the case the keys open.

    :raises RuntimeError: if no release was recorded last in the open work.
    """
    work = current_work()
    last = work.owed[-1] if work and work.owed else None
    if work is None or last is None or last.action != "key.release":
        raise RuntimeError("There is no release to name parts in.")
    work.owed[-1] = replace(last, compartments=tuple(compartments))


def record_for_both(agency_id: int) -> None:
    """Owe the last entry to another agency's chain as well: the act touched both.

    :raises RuntimeError: outside a unit of work, or with nothing recorded in it.
    """
    work = current_work()
    acts = [each for each in work.owed if not each.action.startswith(BESIDE)] if work else []
    if work is None or not acts:
        raise RuntimeError("There is no entry to record for another agency.")
    own = work.context.agency_id or PLATFORM
    for entry in reversed(acts):  # its copies, back to the asker's own
        if entry.agency_id == agency_id:
            return
        if entry.agency_id == own:
            break
    work.owed.append(replace(acts[-1], agency_id=agency_id))


def record_refusal(action: str, *, about: tuple[str, object] = ("", ""), reason: str = "") -> None:
    """Owe an entry for something that was refused without anything having failed.

    :raises RuntimeError: outside a unit of work.
    """
    work = current_work()
    if work is None:
        raise RuntimeError(f"A refused {action} was to be recorded outside any unit of work.")
    entry = _entry(work, action, about, (), ("", reason))
    work.owed.append(replace(entry, decision=REFUSED))


def record_refusal_unless_recorded(
    action: str, *, about: tuple[str, object] = ("", ""), reason: str = ""
) -> None:
    """Owe a refusal if what was refused left no entry by itself: none is without one, or has two.

    :raises RuntimeError: outside a unit of work.
    """
    work = current_work()
    if work is None or not work.owed:
        record_refusal(action, about=about, reason=reason)


def name_shown(references: Iterable[str]) -> None:
    """Say in the entry of a list which referrals it showed; none, if it showed none.

    :raises RuntimeError: if no list was recorded in the open work.
    """
    work = current_work()
    last = work.owed[-1] if work and work.owed else None
    if work is None or last is None or not last.action.startswith(("list.", "print.")):
        raise RuntimeError("There is no list to name referrals in.")
    shown = [*last.object_id.split(), *references]
    more = [f"+{len(shown) - MOST_SHOWN}"] if len(shown) > MOST_SHOWN else []
    named = " ".join([*shown[:MOST_SHOWN], *more])
    work.owed[-1] = replace(last, object_type="referrals", object_id=named)


def _entry(
    work: Work,
    action: str,
    about: tuple[str, object],
    compartments: tuple[str, ...],
    why: tuple[str, str],
) -> Entry:
    context = work.context
    return Entry(
        agency_id=context.agency_id or PLATFORM,
        actor=str(context.membership_id or ""),
        actor_role=str(context.kind),
        action=action,
        object_type=about[0],
        object_id=_storable(str(about[1])),
        compartments=compartments,
        purpose=_storable(why[0]),
        decision=ALLOWED,
        reason=_storable(why[1]),
        request_id=current_request_id(),
    )


def _storable(word: str) -> str:
    """A word as PostgreSQL can keep it: what comes from an address or a body may be anything."""
    cut = word[:LONGEST_WORD].replace("\0", "\N{REPLACEMENT CHARACTER}")
    return cut.encode(errors="replace").decode()


# What waits for the commit may have to wait for a lock (a foreign key's), and would do it with the
# chain in hand. So it is done first, in the same journey.
_APPEND: Final = """
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT audit_append(%s::jsonb)
"""


def append_owed(work: Work) -> None:
    """Append what the work owes, chain by chain in the order of the agencies' ids.

    It stays owed until the commit: one that fails there is still recorded as refused.
    """
    if not work.owed:
        return
    ordered = sorted(work.owed, key=lambda entry: entry.agency_id)
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, [json.dumps([asdict(entry) for entry in ordered])])


def record_refusals(work: Work, undone: list[Any], error: Exception) -> None:
    """Keep the attempt of what was undone: the same entries, refused, with the error's name."""
    reason = type(error).__name__
    for entry in undone:
        is_refusal = entry.decision == REFUSED
        work.owed.append(entry if is_refusal else replace(entry, decision=REFUSED, reason=reason))
