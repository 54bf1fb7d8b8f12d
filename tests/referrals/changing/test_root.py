"""A new root: every key moves to it, and the old one goes when nothing is left."""

import pytest
from django.core.management import CommandError

from tests import given
from tests.referrals.changing.commands import id_of, minutes_pass, name_of, ran
from tests.referrals.conftest import as_owner
from vault.keyd import get_keyd
from vault.root import load_root, make_root_file

IDVA = "liverpool-idva"


@pytest.fixture
def new_root(house, settings, tmp_path, root_key):
    """As an operator does it: a second file; the one in use becomes the previous one, a copy."""
    old, new = tmp_path / "old.key", tmp_path / "new.key"
    old.write_bytes(root_key.read_bytes())
    old.chmod(0o400)
    make_root_file(new, repository=settings.BASE_DIR)
    settings.ROOT_KEY_FILE, settings.ROOT_KEY_PREVIOUS_FILE = str(new), str(old)
    get_keyd.cache_clear()
    yield old, new
    get_keyd.cache_clear()


def test_rotate_root_moves_every_key_and_the_old_file_goes_at_count_nought(
    house, new_root, settings
):
    taken = given.a_taken_referral(house.officer, house.adviser)
    old, new = new_root
    with pytest.raises(CommandError, match="keys are still under another root"):
        ran("retire", "root")
    assert old.exists()

    dry, said = ran("rotate", "--dry-run", "root"), ran("rotate", "--batch", "7", "root")

    total = int(dry[0].split()[1])
    name = load_root(new, repository=settings.BASE_DIR).key_id.hex()
    assert dry[-1] == f"Root: {total} left."
    assert said[0] == f"Root: {total} keys under another than {name}."
    assert sum(int(line.split()[1]) for line in said[1:-1]) == total
    assert said[-1] == "Root: 0 left."
    assert ran("retire", "--dry-run", "root") == [f"Root: {old} would be destroyed."]
    assert ran("retire", "root")[0].startswith(f"Root: {old} is destroyed.")
    assert not old.exists()
    settings.ROOT_KEY_PREVIOUS_FILE = ""
    get_keyd.cache_clear()
    assert name_of(taken, house.adviser) == "Zoë"
    assert ran("check")[1].startswith("agency-key:")
    assert ran("retire", "root") == [
        "Root: nothing here is under another. What the key service keeps may go there."
    ]


def test_rotate_root_signs_no_public_key_that_somebody_planted(house, new_root):
    as_owner(
        "UPDATE vault_agencykey SET public_key = %s WHERE agency_id = %s", b"theirs", id_of(IDVA)
    )

    said = ran("rotate", "root")

    assert said[-1] == "Root: 1 left."
    with pytest.raises(CommandError, match=r"^1 keys are still under another root"):
        ran("retire", "root")
    assert new_root[0].exists()


def test_what_was_signed_with_a_destroyed_key_holds_under_a_new_root(
    house, taken, settings, tmp_path, root_key
):
    ran("rotate", "signing", "grants")
    minutes_pass("vault_signingkey")
    ran("retire", "signing", "grants")
    new = tmp_path / "another.key"
    make_root_file(new, repository=settings.BASE_DIR)
    settings.ROOT_KEY_FILE, settings.ROOT_KEY_PREVIOUS_FILE = str(new), str(root_key)

    assert ran("rotate", "root")[-1] == "Root: 0 left."

    settings.ROOT_KEY_PREVIOUS_FILE = ""
    get_keyd.cache_clear()
    assert name_of(taken, house.adviser) == "Zoë"
