"""What goes wrong, in two kinds: Pierhead said no, or said nothing."""

from typing import Any


class NotAnswered(Exception):
    """Nothing came back, or a fault. Ask again with the same key: nothing is done twice."""


class Refused(Exception):
    """Pierhead said no. ``kind`` is stable: branch on it. ``errors`` says what is wrong where."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status = status
        self.kind = str(problem.get("type", "")).rpartition("/")[2]
        self.detail = str(problem.get("detail", ""))
        self.request_id = str(problem.get("request_id", ""))
        self.errors: list[dict[str, str]] = list(problem.get("errors", []))
        super().__init__(f"{status} {self.kind}: {self.detail} (request {self.request_id})")
