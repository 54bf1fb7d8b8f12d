"""The secrets of a checkout: outside of it, closed to others, the same ever after."""

import stat
from pathlib import Path

import pytest

from config.embedded import Refused
from config.embedded.keeping import kept_for
from config.embedded.places import Places, name_of, places_of


@pytest.fixture
def places(tmp_path: Path) -> Places:
    secrets = tmp_path / "state"
    secrets.mkdir()
    return Places(tmp_path / "checkout", tmp_path / "checkout" / "var", secrets)


def test_first_start_makes_a_root_key_that_only_its_owner_reads(places):
    key = kept_for(places, has_data=False).root_key_file

    assert len(key.read_bytes()) == 32
    assert stat.S_IMODE(key.stat().st_mode) == 0o400


def test_every_secret_is_closed_to_others_and_like_no_other(places):
    kept_for(places, has_data=False)

    files = list(places.secrets.iterdir())
    assert len(files) == 9
    assert {stat.S_IMODE(each.stat().st_mode) for each in files} == {0o400}
    assert len({each.read_bytes() for each in files}) == 9


def test_second_start_finds_the_same_secrets(places):
    first = kept_for(places, has_data=False)
    key, word = first.root_key_file.read_bytes(), first.word("database-owner")

    second = kept_for(places, has_data=True)

    assert (second.root_key_file.read_bytes(), second.word("database-owner")) == (key, word)


def test_data_whose_keys_are_gone_are_not_given_new_ones(places):
    with pytest.raises(Refused, match="its keys are not in"):
        kept_for(places, has_data=True)

    assert list(places.secrets.iterdir()) == []


def test_secrets_lie_outside_the_checkout_under_its_name(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    checkout = tmp_path / "a checkout"
    checkout.mkdir()

    found = places_of(checkout)

    assert found.secrets == tmp_path / "state" / "pierhead" / name_of(checkout)
    assert stat.S_IMODE(found.secrets.stat().st_mode) == 0o700


def test_nowhere_to_keep_secrets_is_said(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))

    with pytest.raises(Refused, match="Set XDG_STATE_HOME"):
        places_of(tmp_path)
