"""``python -m benchmarks.audit``: entries a second on one agency's chain, with eight writers.

Each entry is a work of its own, as a read of a page is, committed to a disk that says so. The
floor is the same function called bare. Afterwards the chain is recomputed: a fork ends the run.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.houses import ROOT, pierhead

WRITERS, SECONDS, WANTED = 8, 8.0, 800


def main() -> None:
    """Start a throwaway server with fsync on, write, verify, print."""
    asked = _asked()
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)  # never somebody's own server
    from config.embedded import servers  # noqa: PLC0415 -- it reads the environment

    with servers(durable=True) as running, tempfile.TemporaryDirectory() as directory:
        ours = pierhead(running.database_url, running.redis_url, Path(directory))
        print(f"load before: {_load()}", flush=True)
        print("| how | writers | entries/s | p50 | p99 | chain |\n|---|--:|--:|--:|--:|---|")
        for agency, how in enumerate(("bare", "work"), start=1):
            found = _write(how, agency, asked, dict(ours.environment))
            state = _verify(agency, dict(ours.owner))
            rate, middle, slow = _figures(found, asked.seconds)
            print(
                f"| {how} | {asked.writers} | {rate:,.0f} | {middle:.1f} ms | {slow:.1f} ms"
                f" | {state} |",
                flush=True,
            )
        print(f"load after: {_load()}; wanted: {WANTED} entries/s")


def _write(how: str, agency: int, asked: argparse.Namespace, web: dict[str, str]) -> list[float]:
    """The milliseconds that every entry took, of all writers."""
    command = [sys.executable, "-m", "benchmarks.audit_writer", how, str(agency)]
    command += [str(asked.seconds)]
    writers = [
        subprocess.Popen(command, env=web, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(asked.writers)
    ]
    for writer in writers:
        assert writer.stdout is not None  # noqa: S101 -- it was asked for
        writer.stdout.readline()  # it is ready
    for writer in writers:
        assert writer.stdin is not None  # noqa: S101 -- likewise
        writer.stdin.close()
    took = [json.loads(writer.stdout.read()) for writer in writers if writer.stdout]
    if any(writer.wait() for writer in writers):
        raise SystemExit("A writer failed.")
    return [milliseconds for each in took for milliseconds in each]


def _verify(agency: int, owner: dict[str, str]) -> str:
    command = [sys.executable, "manage.py", "audit", "verify", "--agency", str(agency)]
    done = subprocess.run(command, env=owner, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"The chain does not hold: {done.stderr}")
    return "holds"


def _figures(took: list[float], seconds: float) -> tuple[float, float, float]:
    ordered = sorted(took)
    return len(took) / seconds, ordered[len(took) // 2], ordered[len(took) * 99 // 100]


def _load() -> str:
    return " ".join(f"{each:.1f}" for each in os.getloadavg())


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.audit", description=__doc__)
    parser.add_argument("--writers", type=int, default=WRITERS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
