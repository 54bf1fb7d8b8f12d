"""The compose file and the Dockerfile keep the house's own rules; the drill tries the rest."""

import importlib.util
import os
import re
import stat
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
STAYING = {"db", "redis", "web", "worker", "beat", "notary", "keyd"}
DOCKERFILES = sorted([ROOT / "Dockerfile", *(ROOT / "containers").rglob("*Dockerfile")])
OURS = {name for name, service in SERVICES.items() if service["image"].startswith("pierhead:")}


def loaded(name):
    """A program of containers/, which is no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "containers" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


make_secrets = loaded("make_secrets")


@pytest.fixture
def places(tmp_path, monkeypatch):
    """The volumes, and accounts that we may give files to."""
    for service in make_secrets.UIDS:
        monkeypatch.setitem(make_secrets.UIDS, service, os.getuid())
    for name in (make_secrets.KEEP, *make_secrets.UIDS):
        (tmp_path / name).mkdir()
    return tmp_path


def files(service, places):
    return {path.name for path in (places / service).iterdir()}


@pytest.mark.parametrize("service", SERVICES)
def test_service_is_closed(service):
    facts = SERVICES[service]

    assert facts["read_only"] is True
    assert facts["cap_drop"] == ["ALL"]
    assert facts["security_opt"] == ["no-new-privileges:true"]
    assert {"privileged", "pid", "ipc", "devices", "ulimits", "secrets"} & set(facts) == set()
    assert facts.get("network_mode") in {None, "none"}


def test_only_the_maker_of_secrets_is_root_and_may_only_give_files_away():
    roots = [name for name, facts in SERVICES.items() if facts["user"].startswith("0")]
    added = {name: facts["cap_add"] for name, facts in SERVICES.items() if "cap_add" in facts}

    assert roots == ["secrets"]
    assert added == {"secrets": ["CHOWN"]}
    assert SERVICES["secrets"]["network_mode"] == "none"


@pytest.mark.parametrize("service", sorted(set(SERVICES) - {"secrets"}))
def test_service_sees_its_own_secrets_read_only_and_no_others(service):
    mounts = [mount for mount in SERVICES[service]["volumes"] if mount.startswith("secrets")]
    uid = make_secrets.UIDS[service]

    assert mounts == [f"secrets-{service}:/run/secrets:ro"]
    assert SERVICES[service]["user"] == f"{uid}:{uid}"


@pytest.mark.parametrize("service", SERVICES)
def test_volumes_are_named_so_no_folder_of_the_host_is_seen(service):
    names = {mount.partition(":")[0] for mount in SERVICES[service].get("volumes", [])}

    assert names <= set(COMPOSE["volumes"])


@pytest.mark.parametrize("service", sorted(STAYING))
def test_service_that_stays_is_watched_and_started_again(service):
    assert SERVICES[service]["restart"] == "unless-stopped"
    assert SERVICES[service]["healthcheck"]["test"]


def test_every_other_service_ends_by_itself():
    others = {name: facts["restart"] for name, facts in SERVICES.items() if name not in STAYING}

    assert others == dict.fromkeys(["secrets", "migrate", "manage"], "no")


def test_only_the_web_is_reached_and_only_from_the_host():
    ports = {name: facts["ports"] for name, facts in SERVICES.items() if "ports" in facts}

    assert list(ports) == ["web"]
    assert all(port.startswith("127.0.0.1:") for port in ports["web"])
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert SERVICES["db"]["networks"] == SERVICES["redis"]["networks"] == ["inside"]


@pytest.mark.parametrize("service", SERVICES)
def test_image_names_its_version(service):
    image = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", SERVICES[service]["image"])
    name, _, version = image.partition(":")

    assert name
    assert version not in {"", "latest"}


@pytest.mark.parametrize("service", sorted(OURS - {"secrets"}))
def test_every_secret_in_the_environment_is_a_file_the_service_is_given(service, places):
    make_secrets.make(places)
    told = SERVICES[service]["environment"]
    named = {value for name, value in told.items() if name.endswith("_FILE")}

    assert {f"/run/secrets/{name}" for name in files(service, places)} == named
    assert not [n for n in told if re.search(r"(SECRET|PASSWORD|KEY)$", n)]


def test_root_key_is_given_to_keyd_and_the_operator_alone(places):
    make_secrets.make(places)

    given = {service for service in make_secrets.UIDS if "root.key" in files(service, places)}

    assert given == {"keyd", "manage"}


def test_secrets_are_closed_to_everybody_else(places):
    make_secrets.make(places)

    modes = {stat.S_IMODE(path.stat().st_mode) for path in places.glob("*/*")}

    assert modes == {0o400}
    assert stat.S_IMODE((places / "keep").stat().st_mode) == 0o700


def test_second_start_changes_no_secret(places):
    make_secrets.make(places)
    before = {path: path.read_bytes() for path in places.glob("*/*")}

    make_secrets.make(places)

    assert {path: path.read_bytes() for path in places.glob("*/*")} == before


def test_root_key_that_is_gone_is_not_made_anew(places):
    make_secrets.make(places)
    (places / "keep" / "root.key").unlink()

    with pytest.raises(make_secrets.KeysAreGone):
        make_secrets.make(places)

    assert not (places / "keep" / "root.key").exists()


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_dockerfile_is_plain_and_holds_no_secret(path):
    source = path.read_text()

    assert not re.search(r"^#\s*syntax=", source, re.MULTILINE)
    assert "<<" not in source
    assert not re.search(r"^FROM \S+(@|:latest)", source, re.MULTILINE)
    assert not re.search(r"^(ENV|ARG).*(SECRET|PASSWORD|KEY|TOKEN)", source, re.MULTILINE)


def test_image_installs_by_hash_and_does_not_run_as_root():
    source = (ROOT / "Dockerfile").read_text()

    assert "pip install --require-hashes" in source
    assert re.findall(r"^USER (\S+)", source, re.MULTILINE) == ["10001:10001"]


def test_every_account_of_the_compose_file_has_a_name_in_the_image():
    made = set(re.findall(r"--uid (\d+)", (ROOT / "Dockerfile").read_text()))
    used = {SERVICES[name]["user"].partition(":")[0] for name in OURS - {"secrets"}}

    assert used == made


def test_image_holds_the_rooms_and_no_demonstration():
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    let_in = {line[1:] for line in lines if line.startswith("!")}
    kept_out = [line for line in lines if line and line[0] not in "!#"]
    rooms = {path.parent.name for path in ROOT.glob("*/apps.py")} - {"demonstration"}

    assert kept_out[0] == "*"
    assert rooms <= let_in
    assert "demonstration" not in let_in
    assert not any(fnmatch(name, pattern) for name in ("var", ".env") for pattern in let_in)
    assert {"config/embedded", "config/settings/dev.py"} <= set(kept_out)
