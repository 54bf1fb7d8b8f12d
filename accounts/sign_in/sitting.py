"""How long one sitting at the screen lasts: fifteen minutes idle, ten hours in all.

Both clocks are the database's. Activity is written at most once a minute, and a page that merely
refreshes itself is none.
"""

from datetime import datetime
from typing import Any, Final

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.db import connection

BEGAN: Final = "began_at"
ACTIVE: Final = "active_at"
NOTICED_EVERY: Final = 60
REFRESH_HEADER: Final = "X-Refresh"


def begin(session: Any) -> None:
    """Start both clocks."""
    session[BEGAN] = session[ACTIVE] = database_time().timestamp()


def is_over(session: Any, now: datetime) -> bool:
    """Whether either clock has run out; a session without clocks never began."""
    if BEGAN not in session:
        return True
    lasted = now.timestamp() - session[BEGAN]
    idle = now.timestamp() - session[ACTIVE]
    return bool(lasted > settings.SESSION_LONGEST_SECONDS or idle > settings.SESSION_IDLE_SECONDS)


def notice_activity(request: Any, now: datetime) -> None:
    """Somebody is there, unless the page only refreshed itself."""
    if request.headers.get(REFRESH_HEADER) == "1":
        return
    if now.timestamp() - request.session[ACTIVE] >= NOTICED_EVERY:
        request.session[ACTIVE] = now.timestamp()


def second_factor_at(request: Any) -> float | None:
    """When a second factor was last given in this session."""
    records = get_authentication_records(request, request.user)
    return max((record["at"] for record in records if record["method"] == "mfa"), default=None)


def database_time() -> datetime:
    """The database's time, whatever this machine's clock says."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now
