"""Requests nobody thought of, made of the committed contract, against the running product.

A minute in the suite; `make fuzz` takes a quarter of an hour. Nothing is excused: an answer that
the contract does not know, a fault of ours, a body that should have been refused, all fail.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from accounts.actions.clients import add_client
from accounts.models import Agency
from accounts.scopes import SCOPES
from tests import databases, given
from tests.live import site

__all__ = ["site"]

LONG = os.environ.get("PIERHEAD_FUZZ") == "long"
SEED = os.environ.get("PIERHEAD_SEED", "" if LONG else "20261126")

SHORT = ["--max-examples=2", "--phases=coverage,fuzzing"]
AGENCIES = ["liverpool-idva", "merseyside-police"]


@pytest.mark.parametrize("agency", AGENCIES if LONG else AGENCIES[:1])
def test_every_answer_is_one_that_the_contract_knows(site, people, agency, tmp_path):
    given.a_taken_referral(people.officer, people.adviser)
    given.a_sent_referral(people.officer)
    with databases.as_owner():
        owner = Agency.objects.get(code=agency)
        system = add_client(owner, title="A system that tries things", scopes=SCOPES)
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": "tests.fuzz.hooks",
        "FUZZ_SITE": site,
        "FUZZ_CLIENT": system.client_id,
        "FUZZ_SECRET": system.client_secret,
        "FUZZ_SCOPES": " ".join(SCOPES),
    }
    command = [
        str(Path(sys.executable).parent / "schemathesis"),
        "--no-color",
        "--config-file=tests/fuzz/schemathesis.toml",
        "run",
        "docs/api/openapi.yaml",
        f"--url={site}",
        "--checks=all",
        "--continue-on-failure",
        "--generation-database=none",
        *([f"--seed={SEED}"] if SEED else []),
        *(["--max-time=420"] if LONG else SHORT),
    ]
    done = subprocess.run(  # noqa: S603 -- our own
        command,
        cwd=settings.BASE_DIR,
        env=environment,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        stdin=subprocess.DEVNULL,
    )

    assert done.returncode == 0, done.stdout[-60_000:]
