"""How far it has come: a bar on a terminal, a line now and then elsewhere."""

import time
from typing import Final, Protocol

WIDTH: Final = 30
LINES: Final = 10


class Output(Protocol):
    """Where it is said."""

    def write(self, words: str, /) -> object:
        """Say something."""
        ...

    def flush(self) -> None:
        """Say it now."""
        ...

    def isatty(self) -> bool:
        """Whether somebody watches."""
        ...


class Progress:
    """Counts up to a whole, on a terminal or in a log."""

    def __init__(self, whole: int, out: Output) -> None:
        self._whole, self._out = whole, out
        self._done = self._new = 0
        self._began = time.monotonic()
        self._is_terminal = out.isatty()
        self._said = 0

    def advance(self, done: int, new: int) -> None:
        """So many more are done, and so many of them were new."""
        self._done += done
        self._new += new
        if self._is_terminal:
            filled = self._done * WIDTH // self._whole
            bar = "█" * filled + "░" * (WIDTH - filled)
            self._out.write(f"\r{bar} {self._words()}")
            self._out.flush()
        elif (tenth := self._done * LINES // self._whole) > self._said:
            self._said = tenth
            self._out.write(f"{self._words()}\n")

    def end(self) -> None:
        """Leave the line."""
        if self._is_terminal and self._done:
            self._out.write("\n")

    def _words(self) -> str:
        seconds = max(time.monotonic() - self._began, 0.001)
        pace = f", {self._new / seconds:,.0f} a second" if self._new else ", there already"
        return f"{self._done:,} of {self._whole:,} cases{pace}"
