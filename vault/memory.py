"""Short memory for opened keys: by the monotonic clock, one per process, safe between threads."""

import threading
from collections.abc import Callable, Hashable
from typing import Any, Generic, NamedTuple, TypeVar, cast

Value = TypeVar("Value")


class Found(NamedTuple, Generic[Value]):
    """What was read, and whether it is settled: committed before the reading transaction began."""

    value: Value
    is_settled: bool


class ShortMemory:
    """Remembers settled values for a while; what may yet be rolled back is read again each time."""

    def __init__(self, lifetime: float, clock: Callable[[], float]) -> None:
        self._lifetime, self._clock = lifetime, clock
        self._lock = threading.Lock()
        self._known: dict[Hashable, tuple[float, Any]] = {}

    def recall(self, name: Hashable, read: Callable[[], Found[Value]]) -> Value:
        """The remembered value, or what `read` finds now."""
        with self._lock:
            self._forget_expired()
            if name in self._known:
                return cast(Value, self._known[name][1])
        found = read()
        if found.is_settled:
            with self._lock:
                self._known[name] = (self._clock() + self._lifetime, found.value)
        return found.value

    def _forget_expired(self) -> None:
        """Oldest first: all live equally long, so the first that is not due ends the search."""
        now = self._clock()
        while self._known and self._known[oldest := next(iter(self._known))][0] <= now:
            del self._known[oldest]
