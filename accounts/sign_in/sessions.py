"""Sessions in the database, found by a hash: the table holds nothing to sign in with.

What a cookie carries is stored nowhere. Whoever reads the table, a dump or a backup of it learns
who is at work, and cannot sit down in their place.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final, cast

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.utils import timezone

LENGTH: Final = 40  # of Django's column; 160 bits of the hash


def kept_as(session_key: str) -> str:
    """What the row of a session is found by. The key itself has 165 random bits: no salt needed."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:LENGTH]


class SessionStore(DatabaseStore):
    """Django's own, but for the key of the row."""

    def exists(self, session_key: str) -> bool:
        """Whether there is a session under the key that a cookie carries."""
        return super().exists(kept_as(session_key))

    def delete(self, session_key: str | None = None) -> None:
        """End the session under a key, or this one."""
        doomed = session_key or self.session_key
        if doomed is not None:
            super().delete(kept_as(doomed))

    def create_model_instance(self, data: Mapping[str, Any]) -> Session:
        """The row to save."""
        row = super().create_model_instance(dict(data))
        row.session_key = kept_as(row.session_key)
        return cast(Session, row)

    def _get_session_from_db(self) -> Session | None:
        current = Session.objects.filter(expire_date__gt=timezone.now())
        found = current.filter(session_key=kept_as(str(self.session_key))).first()
        if found is None:
            self._session_key = None
        return found
