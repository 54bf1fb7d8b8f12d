"""Keeps keys out of what others can read of a process: core files, debuggers, swap."""

import ctypes
import logging
import resource
from typing import Final

PR_SET_DUMPABLE: Final = 4
MCL_CURRENT_AND_FUTURE: Final = 3
logger = logging.getLogger(__name__)


def close_memory() -> None:
    """No core files and no debugger; nothing goes to swap, where the kernel allows that."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "The memory of the key service can be read.")
    soft, _ = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    if soft != resource.RLIM_INFINITY:
        logger.info("Memory is not locked: RLIMIT_MEMLOCK is not unlimited.")
    elif libc.mlockall(MCL_CURRENT_AND_FUTURE):
        logger.info("Memory is not locked: the kernel does not let this account.")
