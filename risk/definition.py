"""What a risk tool asks and how it counts: the shape of a definition, once it is known to be good.

A tool is data. The house ships the engine and one invented tool to try it with; the wording of
the tools in use belongs to their authors, and agencies load their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

DONT_KNOW: Final = "dont_know"
SCALES: Final[Mapping[str, Mapping[str, str]]] = {
    "yes_no": {"yes": "Yes", "no": "No", DONT_KNOW: "Don’t know"},
    "frequency": {
        "never": "Never",
        "occasionally": "Occasionally",
        "often": "Often",
        "all_the_time": "All the time",
        DONT_KNOW: "Don’t know",
    },
}
"""The answers an item may have. No answer at all is none of them: unanswered is not No."""
WEIGHABLE: Final[Mapping[str, tuple[str, ...]]] = {
    "yes_no": ("yes",),
    "frequency": ("occasionally", "often", "all_the_time"),
}
"""The answers that may count, the mildest first. No, never and not knowing never do."""


@dataclass(frozen=True)
class Item:
    """One question: its answers are those of its scale; ``weights`` says what each counts."""

    code: str
    text: str
    help: str
    section: str
    scale: str
    weights: Mapping[str, int]

    @property
    def answers(self) -> Mapping[str, str]:
        """The answers it may have, by code, as they are said."""
        return SCALES[self.scale]


@dataclass(frozen=True)
class Band:
    """From this score on the risk is this band, which the tool may call by a name of its own."""

    band: str
    starts: int
    label: str


@dataclass(frozen=True)
class Definition:
    """A version of a tool. ``bands`` run from the lowest, which starts at nought, upwards."""

    code: str
    version: int
    name: str
    about: str
    asks_source: bool
    items: tuple[Item, ...]
    bands: tuple[Band, ...]

    @property
    def most(self) -> int:
        """The highest score there can be."""
        return sum(max(item.weights.values(), default=0) for item in self.items)
