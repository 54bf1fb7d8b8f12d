"""``python -m benchmarks.lateness``: how late a thousand rungs are told while workers are killed.

The drill of ``tests/faults`` at its full length: 200 ladders of five rungs fall due within a
minute, and the worker with its pool is killed (``kill -9``) every five seconds at the most. Late is
by the database's clock; the drill itself fails if a rung is lost, doubled, or later than 45 s.
"""

import os
import subprocess
import sys

from benchmarks.houses import ROOT

DRILL = "tests/faults/test_ladders.py::test_f1_worker_killed_again_and_again"


def main() -> int:
    """Run the drill on throwaway servers and print its line: p50, p99 and the most, in seconds."""
    pytest = [sys.executable, "-m", "pytest", "-q", "-s", DRILL]
    servers = [sys.executable, "-m", "config.embedded", "with-servers", "--", *pytest]
    environment = {**os.environ, "PIERHEAD_FAULTS": "long"}
    return subprocess.run(servers, env=environment, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
