"""Doing things at the same moment, on real threads that leave no connection open."""

from collections.abc import Callable, Sequence
from threading import Barrier, Thread
from typing import Any

from django.db import connection


def at_once(doings: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each doing returned, or the exception it raised, in the order they were given."""
    start = Barrier(len(doings))
    came_of: list[Any] = [None] * len(doings)

    def do(nth: int, doing: Callable[[], Any]) -> None:
        start.wait()
        try:
            came_of[nth] = doing()
        except Exception as error:  # noqa: BLE001 -- whatever it was is the result
            came_of[nth] = error
        finally:
            connection.close()

    threads = [Thread(target=do, args=pair) for pair in enumerate(doings)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came_of
