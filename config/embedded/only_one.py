"""One launcher to a checkout."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from config.embedded.places import Places
from config.embedded.refusal import Refused


@contextmanager
def the_only_one(places: Places, doing: str) -> Iterator[None]:
    """Hold the checkout's lock; the kernel lets go of it when we end, however we end."""
    with places.lock.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Refused(
                f"Pierhead already runs from this checkout ({lock.read().strip()}). Stop it "
                "first; a second copy needs a clone and a port of its own: make run PORT=8001"
            ) from None
        lock.truncate(0)
        lock.write(doing)
        lock.flush()
        yield


def is_running(places: Places) -> bool:
    """Whether a launcher holds the lock now."""
    with places.lock.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
