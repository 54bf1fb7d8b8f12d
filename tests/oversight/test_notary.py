"""The notary as it runs: a process of its own, told what the web is, that signs until ended."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from audit.checkpoints import public_keys, sign_due
from audit.models import Checkpoint
from audit.recording import record
from tenancy.roles import WORKER
from tenancy.work import unit_of_work
from tests import databases
from tests.faults.house import wait_for

ROOT = Path(__file__).resolve().parents[2]
SIGN = [sys.executable, "manage.py", "audit", "sign"]


@pytest.fixture
def environment(own_database, root_key):
    told = {"DATABASE_URL": databases.url_of(own_database), "ROOT_KEY_FILE": str(root_key)}
    settings = {"DJANGO_SETTINGS_MODULE": "config.settings.test"}
    return {**os.environ, **settings, **told}


def grow(member):
    with unit_of_work(member.context):
        record("open", about=("referral", "PH-22222222"))


def signed_places(member):
    with unit_of_work(member.context):
        return list(Checkpoint.objects.order_by("seq").values_list("seq", flat=True))


def test_the_notary_signs_until_it_is_ended(people, environment):
    grow(people.officer)
    notary = subprocess.Popen([*SIGN, "--loop"], cwd=ROOT, env=environment)  # noqa: S603 -- ours
    try:
        wait_for(lambda: signed_places(people.officer), seconds=30)
        assert notary.poll() is None
    finally:
        notary.kill()
        notary.wait()

    with unit_of_work(people.officer.context):
        assert len(public_keys()) == 1


def test_the_worker_cannot_take_its_place(people, own_database, environment):
    """Neither with the database role that the worker has, nor without the root key."""
    grow(people.officer)
    as_worker = {**environment, "DATABASE_URL": databases.url_of(own_database, WORKER)}
    keyless = {name: word for name, word in environment.items() if name != "ROOT_KEY_FILE"}

    for told in (as_worker, keyless):
        refused = subprocess.run(SIGN, cwd=ROOT, env=told, capture_output=True, check=False)  # noqa: S603 -- ours
        assert refused.returncode != 0
        assert signed_places(people.officer) == []

    subprocess.run(SIGN, cwd=ROOT, env=environment, capture_output=True, check=True)  # noqa: S603 -- ours
    assert len(signed_places(people.officer)) == 1


def test_its_health_says_when_a_chain_waits(people, own_database, tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("ask", ROOT / "containers" / "ask.py")
    ask = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(ask)
    (tmp_path / "url").write_text(databases.url_of(own_database))
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "url"))
    grow(people.officer)

    assert ask.ask_notary() == "Chains of evidence were not signed lately."
    sign_due(growth=1)
    assert ask.ask_notary() == ""
