"""So many requests a minute for one system, so that one that runs wild keeps nobody else out.

Counted in Redis, which may be away: then nobody is counted, because whom it protects is everybody
who works. Said in every answer (draft-ietf-httpapi-ratelimit-headers).
"""

import logging
import time
from functools import cache
from typing import Final, NamedTuple

import redis
from django.conf import settings
from django.db import connection
from rest_framework.exceptions import Throttled

from accounts.models import Membership

WINDOW: Final = 60
PATIENCE: Final = 0.25  # seconds a request waits for Redis at most
LEFT_ALONE: Final = 5.0  # seconds for which Redis is not asked after it did not answer
logger = logging.getLogger(__name__)
_away_until = 0.0


class Standing(NamedTuple):
    """How many requests a system has left, and in how many seconds it has all of them again."""

    left: int
    seconds: int

    @property
    def headers(self) -> dict[str, str]:
        """What is said of it."""
        return {
            "RateLimit-Policy": f'"minute";q={settings.API_REQUESTS_A_MINUTE};w={WINDOW}',
            "RateLimit": f'"minute";r={max(self.left, 0)};t={self.seconds}',
        }


class TooManyRequests(Throttled):
    """More than a minute's worth. ``standing`` goes with the refusal."""

    def __init__(self, standing: Standing) -> None:
        super().__init__(wait=standing.seconds, detail="Too many requests: wait, then go on.")
        self.standing = standing


def counted(system: Membership, *, now: float | None = None) -> Standing | None:
    """Count a request of a system; None where nobody is counted.

    :raises TooManyRequests: if it is one too many.
    """
    if not settings.API_REQUESTS_A_MINUTE:
        return None
    at = time.time() if now is None else now
    number = _count(system, int(at // WINDOW))
    if number is None:
        return None
    left = settings.API_REQUESTS_A_MINUTE - number
    standing = Standing(left, WINDOW - int(at % WINDOW))
    if left < 0:
        raise TooManyRequests(standing)
    return standing


def _count(system: Membership, window: int) -> int | None:
    global _away_until  # noqa: PLW0603 -- one memory a process of whether Redis answers
    if time.monotonic() < _away_until:
        return None
    key = f"requests:{connection.settings_dict['NAME']}:{system.pk}:{window}"
    try:
        with counter().pipeline(transaction=False) as line:
            line.incr(key)
            line.expire(key, 2 * WINDOW)
            return int(line.execute()[0])
    except redis.RedisError as error:
        _away_until = time.monotonic() + LEFT_ALONE
        logger.warning("Requests are not counted just now: %s.", type(error).__name__)
        return None


@cache
def counter() -> redis.Redis:
    """One pool a process."""
    return redis.Redis.from_url(
        settings.CELERY_BROKER_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
    )
