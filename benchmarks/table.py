"""The table: what each took, and the ratio."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from benchmarks.loader import Measured


class Cell(NamedTuple):
    """One request at one concurrency, in both houses."""

    name: str
    at_once: int
    plain: Measured
    ours: Measured


HEAD = (
    "| request | at once | floor/s | p50 | p95 | Pierhead/s | p50 | p95 | ratio"
    " | floor's work | Pierhead's work | ratio | SQL |"
)
RULE = "|---" + "|--:" * 12 + "|"


def show(
    cells: Iterable[Cell], counts: Mapping[str, Mapping[str, int]], memory: Mapping[str, int]
) -> None:
    """Print it, as Markdown."""
    print(HEAD)
    print(RULE)
    for cell in cells:
        plain, ours = _figures(cell.plain), _figures(cell.ours)
        ratio = cell.ours.rate / cell.plain.rate
        work = f"{_work(cell.plain)} | {_work(cell.ours)} | {_effort(cell):.2f}"
        statements = f"{counts['floor'][cell.name]} / {counts['Pierhead'][cell.name]}"
        rates = f"{plain} | {ours} | **{ratio:.2f}**"
        print(f"| {cell.name} | {cell.at_once} | {rates} | {work} | {statements} |")
    sizes = ", ".join(f"{name} {kib / 1024:.0f} MiB" for name, kib in memory.items())
    print(f"\nMemory of master and two workers (PSS): {sizes}", flush=True)


def _effort(cell: Cell) -> float:
    """The ratio there would be if nothing but work took time."""
    plain, ours = cell.plain, cell.ours
    theirs = plain.each(plain.web_seconds + plain.database_seconds)
    return theirs / (ours.each(ours.web_seconds + ours.database_seconds) or 1)


def _work(measured: Measured) -> str:
    web, database = measured.each(measured.web_seconds), measured.each(measured.database_seconds)
    return f"{web:.1f} + {database:.1f} ms"


def _figures(measured: Measured) -> str:
    p50, p95 = measured.percentile(50), measured.percentile(95)
    return f"{measured.rate:,.0f} | {p50:.1f} ms | {p95:.1f} ms"
