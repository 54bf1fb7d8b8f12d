"""How a process that helps with loading begins. It is imported before there are any models."""

import signal

import django


def begin() -> None:
    """Set the house up; leave Ctrl-C to the process that waits."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    django.setup()
