"""Saying what is being done, and how long it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

WIDTH = 52


def say(text: str = "", end: str = "\n") -> None:
    """Print; nobody reading any more is no reason to fall over."""
    with suppress(BrokenPipeError):
        sys.stdout.write(text + end)
        sys.stdout.flush()


@contextmanager
def step(doing: str) -> Iterator[None]:
    """One line: what is done now, and its seconds once it is done."""
    started = time.monotonic()
    say(f"  {doing} ".ljust(WIDTH, "."), end=" ")
    try:
        yield
    except BaseException:
        say("stopped")
        raise
    say(f"{time.monotonic() - started:4.1f} s")
