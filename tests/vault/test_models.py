"""Key rows: which may not exist, and what they say of themselves."""

import pytest
from django.db import IntegrityError

from tests.vault.keyrows import KEY_ROWS, added, name_of
from vault.models import AgencyKey, BlindIndexKey, CaseKeyChange, HouseKey, SigningKey

pytestmark = pytest.mark.django_db
every_table = pytest.mark.parametrize("rows", KEY_ROWS, ids=name_of)


@every_table
def test_a_version_exists_once(rows):
    added(rows)
    added(rows, version=2)

    with pytest.raises(IntegrityError, match=f"{name_of(rows)}_version_once"):
        added(rows)


@every_table
def test_versions_count_from_one(rows):
    with pytest.raises(IntegrityError, match=f"{name_of(rows)}_version_from_one"):
        added(rows, version=0)


def test_an_agency_key_is_of_a_suite_we_know():
    with pytest.raises(IntegrityError, match="vault_agencykey_known_suite"):
        added(AgencyKey, suite="rot13")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (AgencyKey, "key 1 of agency 900300"),
        (BlindIndexKey, "phone index key 1 of agency 900300"),
        (SigningKey, "tests signing key 1"),
        (HouseKey, "tests house key 1"),
    ],
)
def test_a_key_row_says_which_key_it_is_and_no_more(rows, said):
    assert str(added(rows)) == said


def test_a_change_of_case_keys_says_whose_it_is():
    assert str(CaseKeyChange(agency_id=7)) == "change of the case keys of agency 7"
