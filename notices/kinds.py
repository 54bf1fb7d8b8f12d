"""Which kinds of news cannot wait: the one list of what breaks through the quiet after a letter."""

from typing import Final

URGENT: Final = frozenset(
    {
        "contact.not_safe",
        "lone_worker.aborted",
        "lone_worker.duress",
        "lone_worker.duress_all",
        "lone_worker.look_again",
        "lone_worker.lost_the_page",
        "lone_worker.not_started",
        "lone_worker.overdue_all",
        "lone_worker.overdue_buddy",
        "lone_worker.overdue_manager",
    }
)
"""Somebody may be in danger now: told at once, and by text as well to whoever agreed to it."""


def is_urgent(kind: str) -> bool:
    """Whether this cannot wait."""
    return kind in URGENT
