"""Each process is told its own secrets and no other's."""

import pytest

from config.embedded.environment import Environments
from config.embedded.keeping import Kept, kept_for
from config.embedded.places import Places

OWNER = "postgresql://pierhead_owner:mine@127.0.0.1:5555/pierhead"
EVERYBODY = {
    "ERASURE_LEDGER",
    "DJANGO_SETTINGS_MODULE",
    "PORT",
    "PYTHONUNBUFFERED",
    "DATABASE_URL",
    "REDIS_URL",
}


@pytest.fixture
def kept(tmp_path) -> Kept:
    return kept_for(Places(tmp_path, tmp_path, tmp_path), has_data=False)


@pytest.fixture
def environments(kept, monkeypatch) -> Environments:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "somebody else's")
    monkeypatch.delenv("DATABASE_ROLE_PREFIX", raising=False)
    return Environments(OWNER, "redis://:theirs@127.0.0.1:6666/0", kept, 8000)


def own(environment: dict[str, str]) -> set[str]:
    """The names beside those that are the shell's."""
    return set(environment) - {"PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR"}


def test_only_web_and_owner_are_told_of_the_root_key(environments):
    told = {
        name: own(getattr(environments, name)()) - EVERYBODY
        for name in ("migrate", "owner", "web", "worker")
    }

    assert told == {
        "migrate": {
            "DATABASE_KEYD_PASSWORD",
            "DATABASE_WEB_PASSWORD",
            "DATABASE_WORKER_PASSWORD",
            "SECRET_KEY",
        },
        "owner": {"ROOT_KEY_FILE", "SECRET_KEY"},
        "web": {"ROOT_KEY_FILE", "SECRET_KEY", "WEBHOOKS_KEY"},
        "worker": {"SECRET_KEY", "WEBHOOKS_KEY"},
    }


def test_web_and_worker_enter_as_roles_of_their_own(environments, kept):
    web, worker = environments.web(), environments.worker()

    assert web["DATABASE_URL"] == (
        f"postgresql://pierhead_web:{kept.word('database-web')}@127.0.0.1:5555/pierhead"
    )
    assert worker["DATABASE_URL"] == (
        f"postgresql://pierhead_worker:{kept.word('database-worker')}@127.0.0.1:5555/pierhead"
    )


def test_worker_does_not_share_the_webs_signing_key(environments):
    assert environments.web()["SECRET_KEY"] != environments.worker()["SECRET_KEY"]


def test_role_prefix_is_heeded_and_passed_on(environments, monkeypatch):
    monkeypatch.setenv("DATABASE_ROLE_PREFIX", "ph")

    web = environments.web()

    assert web["DATABASE_URL"].startswith("postgresql://ph_web:")
    assert web["DATABASE_ROLE_PREFIX"] == "ph"


def test_own_server_keeps_its_host_and_options(kept, monkeypatch):
    monkeypatch.delenv("DATABASE_ROLE_PREFIX", raising=False)
    theirs = "postgresql://dba:p%40ss@db.example:5433/referrals?sslmode=require"

    url = Environments(theirs, "redis://x", kept, 8000).web()["DATABASE_URL"]

    assert url.startswith("postgresql://referrals_web:")
    assert url.endswith("@db.example:5433/referrals?sslmode=require")
