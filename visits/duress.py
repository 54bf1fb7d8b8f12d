"""A worker's own word for "I am not free to speak"."""

import unicodedata
from typing import Final

from django.contrib.auth.hashers import check_password, make_password

from accounts.models import Membership
from visits.models import DuressWord

ORDINARY: Final = frozenset(
    {"back", "fine", "done", "okay", "late", "safe", "home", "office", "yes", "help", "checkout"}
)
"""Words that anybody types without meaning anything by them."""


def is_duress(word: str, *, by: Membership) -> bool:
    """Whether this is the member's word. It takes as long when it is not, or they have none."""
    said, kept = plain(word), DuressWord.objects.filter(membership=by).first()
    if kept is None:
        make_password(said)
        return False
    return check_password(said, kept.hashed)


def plain(word: str) -> str:
    """The word whatever a phone's keyboard made of it: no capitals, signs or spaces."""
    folded = unicodedata.normalize("NFKC", word).casefold()
    return "".join(sign for sign in folded if sign.isalnum())
