"""``python -m benchmarks.sweep``: firing due rungs, against a bare loop over the same rows.

The bare loop is ``UPDATE … SKIP LOCKED … RETURNING`` over a copy of the table with its indexes and
checks, in the same bites, and no more: nobody is found, nobody is told. A second bare loop writes
one message beside each row, to anybody, under the same keys, indexes and checks. All take turns.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

from benchmarks.houses import ROOT, pierhead

ROWS = 100_000


def main() -> None:
    """Start a throwaway server with fsync on, fill it, fire, print."""
    asked = _asked()
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)  # never somebody's own server
    from config.embedded import servers  # noqa: PLC0415 -- it reads the environment

    with servers(durable=True) as running, tempfile.TemporaryDirectory() as directory:
        ours = pierhead(running.database_url, running.redis_url, Path(directory))
        print("| who is woken | rows | bare loop, rows/s | with messages | the sweep | ", end="")
        print("ratio to the bare | to the one with messages | messages of the sweep |")
        print("|---|--:|--:|--:|--:|--:|--:|--:|", flush=True)
        for scene in asked.scenes:
            _run("benchmarks.sweep_rows", scene, asked.rows, dict(ours.owner))
            with psycopg.connect(ours.owner["DATABASE_URL"], autocommit=True) as owner:
                owner.execute("VACUUM ANALYZE")
            worker = dict(ours.worker) | {"BARE_URL": ours.owner["DATABASE_URL"]}
            _run("benchmarks.sweep_turns", scene, asked.rows, worker)


def _run(module: str, scene: str, rows: int, environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", module, scene, str(rows)]
    subprocess.run(command, env=environment, cwd=ROOT, check=True)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sweep", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--scenes", nargs="+", default=["whose", "ladder", "needless"])
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
