"""``python -m benchmarks.importing``: many referrals brought in bites of 100, against one by one.

The floor is the same referrals made by ``POST /referrals/``, one at a time, in the same run and by
as many callers. Memory is the web's own (master and workers, proportional), at each tenth.
"""

import argparse
import http.client
import json
import os
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.houses import Pierhead, pierhead

BITE = 100
CALLERS = 2  # as many as there are cores here
SAMPLE = 600
"""Referrals that are made one by one, to compare."""
TOKEN_LASTS = 200  # seconds; a token is good for five minutes


class Caller:
    """A system, on a connection of its own that stays open."""

    def __init__(self, house: Pierhead) -> None:
        self.house = house
        self.line = http.client.HTTPConnection("127.0.0.1", house.port, timeout=120)

    def post(self, path: str, body: bytes, kind: str = "application/json") -> Any:
        """Do something once; what was answered."""
        headers = {
            "Authorization": f"Bearer {self.house.token}",
            "Idempotency-Key": uuid.uuid4().hex,
            "Content-Type": kind,
        }
        self.line.request("POST", f"/api/v1/{path}", body, headers)
        answer = self.line.getresponse()
        told = json.loads(answer.read())
        if answer.status not in {200, 201}:
            raise RuntimeError(told)
        return told


def main() -> None:
    """One house with its servers on a disk that is synced; a table."""
    asked = _asked()
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)  # never somebody's own server
    from config.embedded import servers  # noqa: PLC0415 -- it reads the environment

    with servers(durable=True) as running, tempfile.TemporaryDirectory() as directory:
        ours = pierhead(running.database_url, running.redis_url, Path(directory))
        ours.fill(10)
        with ours.serving():
            ours.refresh()
            floor = _one_by_one(ours)
            print(f"load of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
            print(f"one by one: {floor:.0f} referrals/s")
            print("| rows | rows/s | of one by one | memory, MiB |\n|--:|--:|--:|--:|")
            for rows, seconds, memory in _imported(ours, asked.rows):
                speed = asked.rows / 10 / seconds
                print(f"| {rows:,} | {speed:.0f} | {speed / floor:.2f} | {memory:.0f} |")


def _one_by_one(house: Pierhead) -> float:
    body = json.dumps(house.facts["body"]).encode()

    def some(_: int) -> None:
        caller = Caller(house)
        for _ in range(SAMPLE // CALLERS):
            caller.post("referrals/", body)

    began = time.monotonic()
    with ThreadPoolExecutor(CALLERS) as threads:
        list(threads.map(some, range(CALLERS)))
    return SAMPLE / (time.monotonic() - began)


def _imported(house: Pierhead, rows: int) -> Iterator[tuple[int, float, float]]:
    """After each tenth: how many rows are in, how long it took, and the web's memory."""
    tenth = rows // 10 // CALLERS
    callers = [Caller(house) for _ in range(CALLERS)]
    places = [f"imports/{caller.post('imports/', b'{}')['id']}/rows/" for caller in callers]

    def bring(nth: int, first: int) -> None:
        for start in range(first, first + tenth, BITE):
            numbers = range(start, start + BITE)
            bite = b"\n".join(_row(house, f"{nth}-{number}") for number in numbers)
            told = callers[nth].post(places[nth], bite, "application/x-ndjson")
            if {row["outcome"] for row in told["results"]} != {"made"}:
                raise RuntimeError(told)

    refreshed = time.monotonic()
    for step in range(10):
        if time.monotonic() - refreshed > TOKEN_LASTS / 2:
            house.refresh()
            refreshed = time.monotonic()
        began = time.monotonic()
        with ThreadPoolExecutor(CALLERS) as threads:
            list(threads.map(bring, range(CALLERS), [step * tenth] * CALLERS))
        yield (step + 1) * tenth * CALLERS, time.monotonic() - began, house.memory() / 1024


def _row(house: Pierhead, number: str) -> bytes:
    return json.dumps({**house.facts["body"], "source_id": number}).encode()


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.importing", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="a multiple of 2,000")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
