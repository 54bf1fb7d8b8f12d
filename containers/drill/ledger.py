"""What was acknowledged: every line of it must be there afterwards."""

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from drill.journey import REFERRALS, is_on_the_clock, name_in, new_name, referral
from drill.report import check
from drill.world import World

PAUSE = 0.5
PATIENCE = 90


@dataclass(frozen=True)
class Line:
    """A referral somebody was told of."""

    reference: str
    name: str
    ended_at: datetime


@dataclass
class Ledger:
    """Refers, and remembers what was acknowledged and what was found to be right since."""

    world: World
    lines: list[Line] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def refer(self) -> None:
        """One referral, asked for with one key until somebody acknowledges it."""
        name, ended_at = new_name(), datetime.now(UTC) - timedelta(hours=1)
        body = referral(name, ended_at)
        answer = self.world.police.post_until_answered(REFERRALS, body, within=PATIENCE)
        self.lines.append(Line(answer["reference"], name, ended_at))

    def check(self) -> None:
        """Every acknowledged referral is present, readable and on the clock, and there once."""
        for line in self.lines:
            path = f"{REFERRALS}{line.reference}/"
            check(self.world.police.get(path)["reference"] == line.reference, "lost")
            if line.reference not in self.taken:
                self.world.idva.post(f"{path}accept/", {})
                self.taken.add(line.reference)
            read = name_in(self.world.idva.get(f"{path}case/"))
            check(read == line.name, f"{line.reference} is not readable")
            check(is_on_the_clock(self.world, line.reference, line.ended_at), "off the clock")

    def count(self) -> int:
        """How many referrals the police have made, as they see it."""
        path, found = f"{REFERRALS}?side=referring", 0
        while path:
            page = self.world.police.get(path)
            found += len(page["results"])
            path = str(page["next"] or "").partition("/api/")[2]
            path = f"/api/{path}" if path else ""
        return found


@dataclass
class Referring:
    """Referrals made one after another, until told to stop."""

    ledger: Ledger
    _enough: threading.Event = field(default_factory=threading.Event)
    _fault: list[BaseException] = field(default_factory=list)
    _thread: threading.Thread | None = None

    def __enter__(self) -> "Referring":
        """Begin."""
        self._thread = threading.Thread(target=self._go_on)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Finish the one in hand.

        :raises NotShown: if one was never acknowledged.
        """
        self._enough.set()
        if self._thread:
            self._thread.join()
        check(not self._fault, f"A referral was never acknowledged: {self._fault}")

    def _go_on(self) -> None:
        try:
            while not self._enough.wait(PAUSE):
                self.ledger.refer()
        except Exception as fault:  # noqa: BLE001 -- told to the thread that waits
            self._fault.append(fault)
