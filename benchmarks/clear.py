"""``python -m benchmarks.clear``: what sealing costs, against the same house with clear records.

Both are Pierhead, with its policies, consent, evidence and row-level security; where the one seals,
opens, signs and tags, the other keeps the words as they are, in rows of the same tables. They take
turns in one process, as the web's role, with fsync on.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.houses import ROOT, pierhead

TURNS = 60


def main() -> None:
    """Start a throwaway server, found the house, create, open and list by turns, print."""
    asked = _asked()
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)  # never somebody's own server
    from config.embedded import servers  # noqa: PLC0415 -- it reads the environment

    with servers(durable=True) as running, tempfile.TemporaryDirectory() as directory:
        ours = pierhead(running.database_url, running.redis_url, Path(directory))
        found = [sys.executable, "manage.py", "demo", "--cases", "60"]
        subprocess.run(found, env=dict(ours.owner), cwd=ROOT, check=True, stdout=sys.stderr)
        turns = [sys.executable, "-m", "benchmarks.clear_turns", str(asked.turns)]
        subprocess.run(turns, env=dict(ours.environment), cwd=ROOT, check=True)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.clear", description=__doc__)
    parser.add_argument("--turns", type=int, default=TURNS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
