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


HEAD = "| request | at once | floor/s | p50 | p95 | Pierhead/s | p50 | p95 | ratio | SQL |"
RULE = "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"


def show(
    cells: Iterable[Cell], counts: Mapping[str, Mapping[str, int]], memory: Mapping[str, int]
) -> None:
    """Print it, as Markdown."""
    print(HEAD)
    print(RULE)
    for cell in cells:
        plain, ours = _figures(cell.plain), _figures(cell.ours)
        ratio = cell.ours.rate / cell.plain.rate
        statements = f"{counts['floor'][cell.name]} / {counts['Pierhead'][cell.name]}"
        print(
            f"| {cell.name} | {cell.at_once} | {plain} | {ours} | **{ratio:.2f}** | {statements} |"
        )
    sizes = ", ".join(f"{name} {kib / 1024:.0f} MiB" for name, kib in memory.items())
    print(f"\nMemory of master and two workers (PSS): {sizes}", flush=True)


def _figures(measured: Measured) -> str:
    p50, p95 = measured.percentile(50), measured.percentile(95)
    return f"{measured.rate:,.0f} | {p50:.1f} ms | {p95:.1f} ms"
