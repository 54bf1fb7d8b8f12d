"""Settings choose the key service; a wrong one is named with its choices, a wrong root refused."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from vault.errors import RootKeyRefused
from vault.keyd import get_keyd
from vault.models import AgencyKey
from vault.providers.chosen import chosen_provider
from vault.root import load_root, make_root_file

AGENCY = 900_100


@pytest.fixture(autouse=True)
def _forget():
    get_keyd.cache_clear()
    yield
    get_keyd.cache_clear()


def test_get_keyd_gives_one_service_a_process():
    assert get_keyd() is get_keyd()


def test_get_keyd_refuses_a_service_there_is_not(settings):
    settings.KEYD = "remote"

    with pytest.raises(ImproperlyConfigured, match="'remote'; it can be: inline, socket"):
        get_keyd()


def test_get_keyd_refuses_to_start_without_a_root(settings):
    settings.ROOT_KEY_FILE = ""

    with pytest.raises(RootKeyRefused, match="ROOT_KEY_FILE is not set"):
        get_keyd()


def test_get_keyd_refuses_a_root_that_is_open_to_others(settings, tmp_path):
    path = tmp_path / "root.key"
    make_root_file(path, repository=settings.BASE_DIR)
    settings.ROOT_KEY_FILE = str(path)
    get_keyd()
    path.chmod(0o444)
    get_keyd.cache_clear()

    with pytest.raises(RootKeyRefused, match="open to others"):
        get_keyd()


@pytest.mark.parametrize("suite", ["xwing", "x25519"])
@pytest.mark.django_db
def test_new_agency_keys_are_of_the_suite_the_setting_names(settings, suite):
    settings.VAULT_HPKE_SUITE = suite

    get_keyd().make_agency_keys(AGENCY)

    assert AgencyKey.objects.get(agency_id=AGENCY).suite == suite


def test_get_keyd_refuses_an_unknown_suite(settings):
    settings.VAULT_HPKE_SUITE = "rot13"

    with pytest.raises(ImproperlyConfigured, match="'rot13'; it can be: xwing, x25519"):
        get_keyd()


def test_the_previous_root_comes_from_its_own_file(settings, tmp_path):
    previous = tmp_path / "previous.key"
    make_root_file(previous, repository=settings.BASE_DIR)
    settings.ROOT_KEY_PREVIOUS_FILE = str(previous)

    described = chosen_provider().describe()

    root = load_root(previous, repository=settings.BASE_DIR)
    assert described.previous == root.key_id.hex()
    assert described.current != described.previous
