"""The words an officer says before anything is written down, and the version they are kept under.

What a person agreed to is what they were told; so a change of words is a new version, and the
ledger keeps which one each person heard.
"""

from typing import Final, NamedTuple


class Wording(NamedTuple):
    """A version, and its paragraphs in the order they are said."""

    version: str
    paragraphs: tuple[str, ...]


OF_TODAY: Final = Wording(
    "2026-1",
    (
        "I would like to pass your details to the specialist support service for where you are"
        " staying. They are independent of the police.",
        "They would see your name, how to reach you safely, where you are staying, what happened"
        " today and how worried we are about the risk. Nobody else gets this without asking you.",
        "They will try to be in touch within 24 hours, only in the ways and at the times you say"
        " are safe. You can say no, and you can change your mind later by telling them.",
    ),
)
