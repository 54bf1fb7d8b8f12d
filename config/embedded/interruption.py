"""Ctrl-C, SIGTERM and a closed terminal: the first ends the run in good order, the next at once."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """Somebody wants us to end."""


class Haste:
    """Whether somebody asked more than once."""

    def __init__(self) -> None:
        """Nobody asked yet."""
        self.asked = 0
        self.is_heard = False

    def hear(self, number: int, frame: FrameType | None) -> None:
        """Note the signal; unless we are ending already, leave what we are doing."""
        del number, frame
        self.asked += 1
        if not self.is_heard:
            self.is_heard = True
            raise Interrupted

    def end_in_peace(self) -> None:
        """From here on signals are noted and no more: we are ending."""
        self.is_heard = True

    @property
    def is_great(self) -> bool:
        """A second time means: now."""
        return self.asked > 1


@contextmanager
def listening() -> Iterator[Haste]:
    """Hear the signals while the block runs. A run under ``nohup`` stays deaf to SIGHUP."""
    haste = Haste()
    before = {number: signal.getsignal(number) for number in SIGNALS}
    for number in SIGNALS:
        if number != signal.SIGHUP or before[number] != signal.SIG_IGN:
            signal.signal(number, haste.hear)
    try:
        yield haste
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
