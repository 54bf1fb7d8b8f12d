"""``python -m benchmarks.desk``: the duty desk with 50 open follow-ups, and with 5,000.

The same page of the same desk, by a signed-in adviser, in one process as the web's role: what is
compared is the server's own work. Statements must not differ; the 95th percentile may by half.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

from benchmarks.houses import ROOT, pierhead

SIZES = (50, 5_000)
PAGES = ("/duty/", "/duty/?due=late", "/visits/")


def main() -> None:
    """Start a throwaway server with fsync on, fill it twice, ask, print."""
    asked = _asked()
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)  # never somebody's own server
    from config.embedded import servers  # noqa: PLC0415 -- it reads the environment

    found = []
    collected = [sys.executable, "manage.py", "collectstatic", "--no-input", "-v0"]
    with servers(durable=True) as running, tempfile.TemporaryDirectory() as directory:
        ours = pierhead(running.database_url, running.redis_url, Path(directory))
        subprocess.run(collected, env=dict(ours.environment), cwd=ROOT, check=True)
        for size in asked.sizes:
            _run("benchmarks.desk_rows", str(size), dict(ours.owner))
            with psycopg.connect(ours.owner["DATABASE_URL"], autocommit=True) as owner:
                owner.execute("VACUUM ANALYZE")
            found.append(_run("benchmarks.desk_pages", ",".join(PAGES), dict(ours.environment)))
    _show(asked.sizes, found)


def _run(module: str, asked: str, environment: dict[str, str]) -> dict[str, list[float]]:
    command = [sys.executable, "-m", module, asked]
    done = subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _show(sizes: list[int], found: list[dict[str, list[float]]]) -> None:
    least, most = found[0], found[-1]
    print(f"| page | p50 / p95 at {sizes[0]:,} | at {sizes[-1]:,} | ratio of p95 | statements |")
    print("|---|--:|--:|--:|--:|")
    for page in least:
        (p50, p95, few), (p50_most, p95_most, many) = least[page], most[page]
        print(
            f"| {page} | {p50:.1f} / {p95:.1f} ms | {p50_most:.1f} / {p95_most:.1f} ms"
            f" | **{p95_most / p95:.2f}** | {few:.0f} / {many:.0f} |"
        )


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.desk", description=__doc__)
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
