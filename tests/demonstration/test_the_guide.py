"""The guide for integrators, run as it stands against a demonstration."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from tests.demonstration.conftest import demo
from tests.live import site

__all__ = ["site"]

GUIDE = Path(settings.BASE_DIR) / "docs" / "api"
PAGES = ("README.md", "imports.md", "fhir.md")
SCRATCH = "/tmp"  # noqa: S108 -- what the guide says; here it is a folder of the test's own
REFUSED = {"400": 1, "412": 1}
"""By status, the refusals that the guide shows on purpose."""


@pytest.fixture
def own_database(empty):
    """A demonstration, and nothing besides."""
    demo("--cases", "8")
    return empty


def script(folder):
    blocks = [
        block
        for page in PAGES
        for block in re.findall(r"```bash\n(.*?)```", (GUIDE / page).read_text(), re.DOTALL)
    ]
    assert len(blocks) >= 10
    return "set -eu -o pipefail\n" + "\n".join(blocks).replace(SCRATCH, str(folder))


def test_the_guide_runs_as_it_stands(site, tmp_path):
    place, scratch = tmp_path / "checkout", tmp_path / "scratch"
    (place / "var").mkdir(parents=True)
    scratch.mkdir()
    known = Path(settings.DEMONSTRATION_FILE).read_text()
    (place / "var" / "demo.json").write_text(re.sub(r"http://localhost:\d+", site, known))

    done = subprocess.run(  # noqa: S603 -- our own words
        [shutil.which("bash") or "bash", "-c", script(scratch)],
        cwd=place,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )

    said = done.stdout
    assert done.returncode == 0, (done.stderr, said[-4000:])
    refused = re.findall(r'"type":"https://pierhead.invalid/problems/[^}]*"status":(\d+)', said)
    assert {status: refused.count(status) for status in {*refused}} == REFUSED
    assert '"resourceType":"OperationOutcome"' not in said
    assert "idempotent-replayed: true" in said.lower()
    assert said.count('"outcome":"made"') == 3
    assert '"resourceType":"Task"' in said
    assert re.search(r'"resourceType":"Task"[^\n]*"status":"accepted"', said)
    assert (scratch / "document-1.txt").read_text() == "She was moved on Tuesday.\n"
