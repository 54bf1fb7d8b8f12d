"""``make bench``: the two houses, slice by slice in turn, and a table of ratios."""

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import psycopg

from benchmarks.houses import Floor, House, Pierhead, database_seconds, floor, pierhead
from benchmarks.loader import Measured, measure
from benchmarks.table import Cell, show

SIZES = (1_000, 100_000)
AT_ONCE = (1, 8)
ROUNDS = 3
SLICE = 1.2  # seconds; the houses take turns, so that what disturbs one disturbs the other


class Watch(NamedTuple):
    """How long a slice is, and one of the database's processes, by which the others are found."""

    seconds: float
    backend: int


def main() -> None:
    """Start throwaway servers with fsync on, build both houses, measure, print."""
    asked = _asked()
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)  # never somebody's own server
    from config.embedded import servers  # noqa: PLC0415 -- it reads the environment

    with servers(durable=True) as running, tempfile.TemporaryDirectory() as directory:
        plain = floor(running.database_url)
        with psycopg.connect(running.database_url, autocommit=True) as owner:
            owner.execute("CREATE DATABASE floor")
            ours = pierhead(running.database_url, running.redis_url, Path(directory))
            for cases in asked.sizes:
                watch = Watch(asked.slice, owner.info.backend_pid)
                _one_size(plain, ours, cases, watch)


def _one_size(plain: Floor, ours: Pierhead, cases: int, watch: Watch) -> None:
    took = {house.name: house.fill(cases) for house in (plain, ours)}
    _analyze(ours)
    print(f"\n{cases:,} cases, loaded in {took['Pierhead']:.0f} s", flush=True)
    with plain.serving(), ours.serving():
        ours.refresh()
        counts = {house.name: house.statements() for house in (plain, ours)}
        cells = [
            Cell(name, at_once, *_in_turn((plain, ours), name, at_once, watch))
            for name in ours.asked()
            for at_once in AT_ONCE
        ]
        memory = {house.name: house.memory() for house in (plain, ours)}
    show(cells, counts, memory)


def _in_turn(
    houses: tuple[Floor, Pierhead], name: str, at_once: int, watch: Watch
) -> tuple[Measured, Measured]:
    houses[1].refresh()
    seconds, backend = watch
    requests = [house.requests()[name] for house in houses]
    found = [Measured(), Measured()]
    for turn in range(ROUNDS + 1):
        for house, request, so_far in zip(houses, requests, found, strict=True):
            length = seconds if turn else seconds / 3  # the first only warms up
            web, database = house.web_seconds(), database_seconds(backend)
            slice_ = measure(house.port, _from(request, turn), at_once=at_once, seconds=length)
            slice_.web_seconds = house.web_seconds() - web
            slice_.database_seconds = database_seconds(backend) - database
            if turn:
                so_far.add(slice_)
    return found[0], found[1]


def _from(request, turn):  # noqa: ANN001, ANN202 -- numbers go on where the last turn ended
    return lambda number: request(number + turn * 100_000)


def _analyze(ours: House) -> None:
    with psycopg.connect(ours.owner["DATABASE_URL"], autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--slice", type=float, default=SLICE)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
