"""How long anybody waits for a key service elsewhere: briefly, and few at a time. After a failure
nobody asks for some seconds.

So a service that hangs holds up a handful of requests for two seconds, never all of the house.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from vault.errors import KeyServiceAway

CONNECT_WITHIN: Final = 1.0
ANSWER_WITHIN: Final = 2.0
AT_ONCE: Final = 4
REST: Final = 5.0


class Patience:
    """Shared by all threads that ask one service."""

    def __init__(
        self,
        *,
        at_once: int = AT_ONCE,
        answer_within: float = ANSWER_WITHIN,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._places = threading.BoundedSemaphore(at_once)
        self._answer_within, self._clock = answer_within, clock
        self._rests_until = 0.0

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Ask inside. KeyServiceAway at once while the service rests or too many are asking."""
        self._refuse_while_it_rests()
        if not self._places.acquire(timeout=self._answer_within):
            raise KeyServiceAway
        try:
            self._refuse_while_it_rests()
            yield
        except KeyServiceAway:
            self._rests_until = max(self._rests_until, self._clock() + REST)
            raise
        finally:
            self._places.release()

    def _refuse_while_it_rests(self) -> None:
        if self._clock() < self._rests_until:
            raise KeyServiceAway
