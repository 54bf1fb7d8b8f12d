"""Key rows: which may not exist, who may touch them, and what they say of themselves."""

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from tests.databases import WORKER, signed_in_as
from vault.models import AgencyKey, BlindIndexKey, HouseKey, SigningKey

ROWS = [
    AgencyKey(agency_id=900_300, version=1, suite="xwing", public_key=b"p", signature=b"s"),
    BlindIndexKey(agency_id=900_300, purpose="phone", version=1),
    SigningKey(purpose="tests", version=1, public_key=b"p", signature=b"s"),
    HouseKey(purpose="tests", version=1),
]


def added(row, **changed):
    fields = {
        field.name: getattr(row, field.name)
        for field in row._meta.fields
        if field.name not in {"id", "created_at"}
    }
    return type(row).objects.create(**(fields | {"wrapped_key": b"w"} | changed))


@pytest.mark.django_db
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row._meta.model_name)
def test_a_version_exists_once(row):
    added(row)
    added(row, version=2)

    with pytest.raises(IntegrityError, match=f"vault_{row._meta.model_name}_version_once"):
        added(row)


@pytest.mark.django_db
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row._meta.model_name)
def test_versions_count_from_one(row):
    with pytest.raises(IntegrityError, match=f"vault_{row._meta.model_name}_version_from_one"):
        added(row, version=0)


@pytest.mark.django_db
def test_an_agency_key_is_of_a_suite_we_know():
    with pytest.raises(IntegrityError, match="vault_agencykey_known_suite"):
        added(ROWS[0], suite="rot13")


@pytest.mark.parametrize(
    ("row", "said"),
    zip(
        ROWS,
        [
            "key 1 of agency 900300",
            "phone index key 1 of agency 900300",
            "tests signing key 1",
            "tests house key 1",
        ],
        strict=True,
    ),
)
def test_a_key_row_says_which_key_it_is_and_no_more(row, said):
    assert str(row) == said


@pytest.mark.django_db
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row._meta.model_name)
def test_the_web_role_reads_and_never_deletes_keys(row):
    added(row)

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        type(row).objects.all().delete()

    assert type(row).objects.exists()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row._meta.model_name)
def test_the_worker_role_cannot_read_keys(own_database, row):
    assert type(row).objects.exists()

    with signed_in_as(WORKER):
        with pytest.raises(ProgrammingError, match="permission denied"):
            type(row).objects.exists()
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == (WORKER.name,)
