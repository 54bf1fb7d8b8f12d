"""Why something did not start."""


class Refused(Exception):
    """Says what is wrong and what to do, in a sentence fit to print."""
