"""`manage.py vault`: making the root, and trying it on every key in the database."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from vault.models import AgencyKey, HouseKey
from vault.root import load_root, make_root_file


def ran(*words):
    out = StringIO()
    call_command("vault", *words, stdout=out)
    return out.getvalue()


def test_init_makes_a_root_key_and_says_to_keep_it_apart(tmp_path, settings):
    path = tmp_path / "root.key"

    said = ran("init", str(path))

    root = load_root(path, repository=settings.BASE_DIR)
    assert "apart from the database's backups" in said
    assert root.secret.hex() not in said


def test_init_refuses_to_overwrite(tmp_path):
    path = tmp_path / "root.key"
    ran("init", str(path))
    before = path.read_bytes()

    with pytest.raises(CommandError, match="never overwritten"):
        ran("init", str(path))

    assert path.read_bytes() == before


def test_init_refuses_the_repository(settings):
    path = settings.BASE_DIR / "root.key"

    with pytest.raises(CommandError, match="inside the repository"):
        ran("init", str(path))

    assert not path.exists()


@pytest.mark.django_db
def test_check_counts_the_keys_that_open(keyd, root):
    keyd.make_agency_keys(900_200)

    said = ran("check").splitlines()

    keys = AgencyKey.objects.count()
    assert said[:2] == [
        f"Root {root.key_id.hex()} (local); previous none",
        f"agency-key: {keys} of {keys} keys open",
    ]
    assert said[3:] == ["signing-key: 2 of 2 keys open", "house-key: 2 of 2 keys open"]


@pytest.mark.django_db
def test_check_fails_under_another_root(keyd, settings, tmp_path):
    keyd.make_agency_keys(900_200)
    path = tmp_path / "root.key"
    make_root_file(path, repository=settings.BASE_DIR)
    settings.ROOT_KEY_FILE = str(path)

    with pytest.raises(CommandError, match="do not open under this root"):
        ran("check")


@pytest.mark.django_db
def test_check_notices_a_key_wrapped_for_another_row_and_a_foreign_public_key(keyd):
    keyd.make_agency_keys(900_200)
    secrets, hashes = HouseKey.objects.order_by("-purpose")
    HouseKey.objects.filter(pk=secrets.pk).update(wrapped_key=hashes.wrapped_key)
    AgencyKey.objects.filter(agency_id=900_200).update(public_key=b"another")
    out = StringIO()

    with pytest.raises(CommandError, match="do not open under this root"):
        call_command("vault", "check", stdout=out)

    keys = AgencyKey.objects.count()
    said = out.getvalue().splitlines()
    assert said[1] == f"agency-key: {keys - 1} of {keys} keys open"
    assert said[4] == "house-key: 1 of 2 keys open"


def test_check_says_what_is_wrong_with_the_root_file(settings, tmp_path):
    settings.ROOT_KEY_FILE = str(tmp_path / "absent.key")

    with pytest.raises(CommandError, match="does not exist"):
        ran("check")
