"""A root key file is trusted only when it is ours, closed, whole and not an example."""

import re
from pathlib import Path

import pytest

from vault.errors import RootKeyRefused
from vault.root import SAMPLE, RootKey, load_root, make_root_file

GOOD = bytes.fromhex("7f3c" * 8 + "91e0" * 8)


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "repository"
    folder.mkdir()
    return folder


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "state" / "root.key"
    path.parent.mkdir()
    path.write_bytes(GOOD)
    path.chmod(0o400)
    return path


@pytest.mark.parametrize("mode", [0o400, 0o600])
def test_load_root_takes_a_closed_file(key_file, repository, mode):
    key_file.chmod(mode)

    assert load_root(key_file, repository=repository) == RootKey(GOOD)


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o420, 0o410, 0o402, 0o401, 0o644])
def test_load_root_refuses_a_file_open_to_others(key_file, repository, mode):
    key_file.chmod(mode)

    with pytest.raises(RootKeyRefused, match=f"open to others \\(mode {mode:04o}\\)"):
        load_root(key_file, repository=repository)


def test_load_root_refuses_a_missing_file_and_says_how_to_make_one(tmp_path, repository):
    path = tmp_path / "absent.key"

    with pytest.raises(RootKeyRefused, match=re.escape(f"manage.py vault init {path}")):
        load_root(path, repository=repository)


def test_load_root_refuses_a_directory(tmp_path, repository):
    with pytest.raises(RootKeyRefused, match=r"cannot be read: Is a directory\.$"):
        load_root(tmp_path, repository=repository)


def test_load_root_says_when_this_user_may_not_read_it(key_file, repository, monkeypatch):
    """The suite may run as root, whom no mode keeps out."""

    def denied(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)

    with pytest.raises(RootKeyRefused, match=r"cannot be read: Permission denied\.$"):
        load_root(key_file, repository=repository)


@pytest.mark.parametrize("name", ["root.key", "deep/down/root.key", "../repository/root.key"])
def test_load_root_refuses_a_file_inside_the_repository(repository, key_file, name):
    path = repository / name
    path.parent.mkdir(parents=True, exist_ok=True)
    key_file.rename(path)

    with pytest.raises(RootKeyRefused, match="inside the repository"):
        load_root(path, repository=repository)


def test_load_root_refuses_a_link_into_the_repository(repository, key_file):
    inside = repository / "root.key"
    key_file.rename(inside)
    key_file.symlink_to(inside)

    with pytest.raises(RootKeyRefused, match="inside the repository"):
        load_root(key_file, repository=repository)


@pytest.mark.parametrize("secret", [b"", GOOD[:31], GOOD + b"\n", GOOD.hex().encode()])
def test_load_root_refuses_another_length(key_file, repository, secret):
    key_file.chmod(0o600)
    key_file.write_bytes(secret)

    with pytest.raises(RootKeyRefused, match="exactly 32 bytes"):
        load_root(key_file, repository=repository)


@pytest.mark.parametrize("secret", [bytes(32), b"\xff" * 32, b"x" * 32, SAMPLE])
def test_load_root_refuses_a_known_example(key_file, repository, secret):
    key_file.chmod(0o600)
    key_file.write_bytes(secret)

    with pytest.raises(RootKeyRefused, match="known example"):
        load_root(key_file, repository=repository)


def test_a_refusal_never_echoes_the_secret(key_file, repository):
    key_file.chmod(0o600)
    key_file.write_bytes(b"CANARY-in-the-root-key-file")

    with pytest.raises(RootKeyRefused) as refusal:
        load_root(key_file, repository=repository)

    assert "CANARY" not in str(refusal.value)
    assert "CANARY" not in repr(RootKey(b"CANARY" * 6))


def test_make_root_file_makes_a_key_only_its_owner_reads(tmp_path, repository):
    paths = [tmp_path / "new" / "state" / name for name in ("a.key", "b.key")]

    for path in paths:
        make_root_file(path, repository=repository)

    roots = [load_root(path, repository=repository) for path in paths]
    assert roots[0] != roots[1]
    assert [path.stat().st_mode & 0o777 for path in paths] == [0o400, 0o400]
    assert paths[0].parent.stat().st_mode & 0o777 == 0o700
    assert sorted(paths[0].parent.iterdir()) == paths


def test_make_root_file_never_overwrites(key_file, repository):
    with pytest.raises(RootKeyRefused, match="never overwritten"):
        make_root_file(key_file, repository=repository)

    assert key_file.read_bytes() == GOOD
    assert list(key_file.parent.iterdir()) == [key_file]


def test_make_root_file_refuses_the_repository_and_leaves_nothing(repository):
    with pytest.raises(RootKeyRefused, match="inside the repository"):
        make_root_file(repository / "state" / "root.key", repository=repository)

    assert list(repository.iterdir()) == []


def test_a_key_id_names_a_root_and_tells_nothing_of_it():
    root = RootKey(GOOD)

    assert root.key_id == RootKey(GOOD).key_id
    assert root.key_id != RootKey(GOOD[::-1]).key_id
    assert root.key_id not in GOOD + root.derived("id")
