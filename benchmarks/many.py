"""``python -m benchmarks.many``: a list and a search in a small house and in a large one.

A page of 25 among 10,000 referrals and among 1,000,000; a search by telephone among 1,000 tags and
among 1,000,000. Of the cases 200 are sealed for real, the others are copies of their clear rows.
Each size has a throwaway server of its own, with fsync on, asked as the web's role.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.houses import ROOT, pierhead

SIZES = {"small": (10_000, 1_000), "large": (1_000_000, 1_000_000)}
WANTED = {"list of 25": 1.3, "search": 2.0}


def main() -> None:
    """Each size once; then the ratio."""
    asked = _asked()
    found = {name: _measured(asked.turns, *sizes) for name, sizes in SIZES.items()}
    print(f"load of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print("| what | small, p50 | large, p50 | ratio | wanted at most |\n|---|--:|--:|--:|--:|")
    for what, wanted in WANTED.items():
        small, large = (found[name][what] for name in SIZES)
        ratio = large / small
        print(f"| {what} | {small:.1f} ms | {large:.1f} ms | **{ratio:.2f}** | {wanted} |")


def _measured(turns: int, referrals: int, tags: int) -> dict[str, float]:
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)  # never somebody's own server
    from config.embedded import servers  # noqa: PLC0415 -- it reads the environment

    with servers(durable=True) as running, tempfile.TemporaryDirectory() as directory:
        ours = pierhead(running.database_url, running.redis_url, Path(directory))
        _run(["benchmarks.many_rows", str(referrals), str(tags)], dict(ours.owner))
        said = _run(["benchmarks.many_turns", str(turns)], dict(ours.environment))
        measured: dict[str, float] = json.loads(said.splitlines()[-1])
        return measured


def _run(module: list[str], environment: dict[str, str]) -> str:
    command = [sys.executable, "-m", *module]
    done = subprocess.run(
        command, env=environment, cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE
    )
    return done.stdout


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.many", description=__doc__)
    parser.add_argument("--turns", type=int, default=100)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
