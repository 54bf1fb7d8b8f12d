"""Refusals in words fit to show an operator."""


class NotHeld(Exception):
    """A holder cannot be added, removed or sent to; the text says why."""
