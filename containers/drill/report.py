"""What was shown, and how long it took."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


class NotShown(Exception):
    """Something is not as it is said to be."""


@dataclass
class Claim:
    """One line of the table."""

    sentence: str
    seconds: float
    note: str = ""


@dataclass
class Report:
    """Collects the claims; each is printed when it is shown."""

    claims: list[Claim] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @contextmanager
    def showing(self, sentence: str) -> Iterator[Claim]:
        """Time the block; what it raises ends the drill, and the table says where."""
        claim, began = Claim(sentence, 0.0), time.monotonic()
        print(f"  {sentence} ...", file=sys.stderr, flush=True)
        yield claim
        claim.seconds = time.monotonic() - began
        self.claims.append(claim)

    def remark(self, sentence: str) -> None:
        """Something the reader of the table must know."""
        self.remarks.append(sentence)
        print(f"  Note: {sentence}", file=sys.stderr, flush=True)

    def print(self) -> None:
        """The table."""
        widest = max((len(claim.sentence) for claim in self.claims), default=0)
        for claim in self.claims:
            print(f"{claim.sentence.ljust(widest)}  {claim.seconds:6.1f} s  {claim.note}".rstrip())
        for remark in self.remarks:
            print(f"Note: {remark}")


def check(holds: object, sentence: str) -> None:
    """Go on only if it holds.

    :raises NotShown: if it does not.
    """
    if not holds:
        raise NotShown(sentence)


def wait_until(
    seconds: float, what: str, ask: Callable[[], object], *, pause: float = 0.5
) -> float:
    """Ask until the answer is yes; how long that took.

    :raises NotShown: if it is not in time.
    """
    began = time.monotonic()
    while not ask():
        check(time.monotonic() - began < seconds, f"Not within {seconds:.0f} s: {what}")
        time.sleep(pause)
    return time.monotonic() - began
