"""A process that ends when the one that started it does, however that one ended (Linux).

A killed master cannot end its own children; the kernel can, when they ask for it. It is bound to
the thread that forked, so it suits children forked from a main thread, and a change of account
clears it.
"""

import ctypes
import signal
import sys

_LIBC = ctypes.CDLL(None, use_errno=True)
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG


def end_when_parent_does(with_signal: signal.Signals = signal.SIGKILL) -> None:
    """Ask the kernel to send us this signal when our parent is gone."""
    if sys.platform == "linux":
        _LIBC.prctl(_SET_PARENT_DEATH_SIGNAL, int(with_signal), 0, 0, 0)
