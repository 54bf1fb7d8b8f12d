"""``python -m benchmarks.withdrawal``: taking an agreement back, against a bare rewriting.

A case of 120 sealed records that six agencies can open; one of them is taken off, and the other
five read on. The bare rewriting changes as many rows of the same sizes in one transaction, and
seals nothing: it is what any such act costs the database. The two take turns, with fsync on.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.houses import ROOT, pierhead

WANTED = 60.0  # milliseconds, of the security design
TURNS = 25


def main() -> None:
    """Start a throwaway server, found the house, withdraw by turns, print."""
    asked = _asked()
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)  # never somebody's own server
    from config.embedded import servers  # noqa: PLC0415 -- it reads the environment

    with servers(durable=True) as running, tempfile.TemporaryDirectory() as directory:
        ours = pierhead(running.database_url, running.redis_url, Path(directory))
        found = [sys.executable, "manage.py", "demo", "--cases", "20"]
        subprocess.run(found, env=dict(ours.owner), cwd=ROOT, check=True, stdout=sys.stderr)
        web = dict(ours.environment) | {"BARE_URL": ours.owner["DATABASE_URL"]}
        turns = [sys.executable, "-m", "benchmarks.withdrawal_turns"]
        sizes = [str(asked.records), str(asked.turns), str(WANTED)]
        subprocess.run([*turns, *sizes], env=web, cwd=ROOT, check=True)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.withdrawal", description=__doc__)
    parser.add_argument("--records", type=int, default=120)
    parser.add_argument("--turns", type=int, default=TURNS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
