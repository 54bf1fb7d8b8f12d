"""Choosing one's own duress word."""

from typing import Final

from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from notices.clock import database_now
from referrals.errors import NotWellFormed
from tenancy.work import unit_of_work
from visits.duress import ORDINARY, plain
from visits.models import DuressWord

SHORTEST_WORD: Final = 4
LONGEST_WORD: Final = 60


def choose_word(word: str, *, by: Membership) -> None:
    """Keep the word that calls for help when it is typed where any other would do.

    :raises NotWellFormed: for one too short, too long, or typed without meaning anything by it.
    """
    said = plain(word)
    if not SHORTEST_WORD <= len(said) <= LONGEST_WORD:
        raise NotWellFormed("word", "Use 4 to 60 letters or numbers.")
    if said in ORDINARY:
        raise NotWellFormed("word", "Choose a word you would never type by chance.")
    with unit_of_work(by.context):
        record("safety.choose_word")
        if not by.has(Permission.VISIT):
            raise PermissionDenied
        DuressWord.objects.update_or_create(
            membership=by,
            defaults={
                "agency_id": by.agency_id,
                "hashed": make_password(said),
                "set_at": database_now(),
            },
        )
