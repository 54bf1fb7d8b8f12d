"""``python -m benchmarks.weights``: what pages weigh, and how long the server makes them.

A first visit is the page of signing in with everything it brings along, of which the browser keeps
all but the page for good; a later page is the page alone. Compressed as a proxy does it (gzip). The
demonstration's people ask; each page's server time and statements are of one process.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.houses import ROOT, pierhead

PAGES = {
    "officer": ("/referrals/", "/referrals/new/"),
    "adviser": ("/duty/", "/visits/", "/cases/", "/search/", "CASE", "CASE details/"),
    "team_lead": ("/inbox/", "/services/"),
    "duty_manager": ("/team/", "/rota/"),
    "administrator": ("/people/", "/people/systems/"),
}
CASES = 60


def main() -> None:
    """Start a throwaway server, load the demonstration, ask, print."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)  # never somebody's own server
    from config.embedded import servers  # noqa: PLC0415 -- it reads the environment

    with servers(durable=True) as running, tempfile.TemporaryDirectory() as directory:
        ours = pierhead(running.database_url, running.redis_url, Path(directory))
        demo = [sys.executable, "manage.py", "demo", "--cases", str(CASES)]
        collected = [sys.executable, "manage.py", "collectstatic", "--no-input", "-v0"]
        _run(demo, dict(ours.owner))
        _run(collected, dict(ours.environment))
        asked = [sys.executable, "-m", "benchmarks.weights_pages", json.dumps(PAGES)]
        first, rows = json.loads(_run(asked, dict(ours.environment)).splitlines()[-1])
    print(f"A first visit: {first / 1024:.1f} KiB (wanted: 80 at most)\n")
    print("| who | page | KiB | p50 / p95 | statements |\n|---|---|--:|--:|--:|")
    for who, page, weight, p50, p95, statements in rows:
        times = f"{p50:.1f} / {p95:.1f} ms"
        print(f"| {who} | {page} | **{weight / 1024:.1f}** | {times} | {statements:.0f} |")


def _run(command: list[str], environment: dict[str, str]) -> bytes:
    done = subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    return done.stdout


if __name__ == "__main__":
    main()
