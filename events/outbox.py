"""What an action owes an agency's systems: a row of the action's own transaction."""

from collections.abc import Iterable
from datetime import datetime

from events.kinds import EventKind
from events.models import Event


def tell_systems(agencies: Iterable[int], kind: EventKind, *, reference: str, at: datetime) -> None:
    """Owe an event to the systems of each agency, kept or lost with the caller's transaction.

    A reference and what kind of thing happened: whoever hears of it reads, with its own rights,
    what there is now.
    """
    Event.objects.bulk_create(
        Event(agency_id=agency_id, kind=kind, reference=reference, occurred_at=at)
        for agency_id in {*agencies}
    )
