"""Who may touch key rows: the web role all but deletion, the worker role nothing."""

import pytest
from django.db import ProgrammingError, connection, transaction

from tests.databases import WORKER, signed_in_as
from tests.vault.keyrows import KEY_ROWS, added, name_of

every_table = pytest.mark.parametrize("rows", KEY_ROWS, ids=name_of)


@pytest.mark.django_db
@every_table
def test_the_web_role_reads_and_never_deletes_keys(rows):
    row = added(rows)

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        rows.objects.filter(pk=row.pk).delete()

    assert rows.objects.filter(pk=row.pk).exists()


def test_the_worker_role_cannot_read_keys(own_database):
    assert all(rows.objects.exists() for rows in KEY_ROWS)

    with signed_in_as(WORKER):
        for rows in KEY_ROWS:
            with pytest.raises(ProgrammingError, match="permission denied"):
                rows.objects.exists()
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == (WORKER.name,)
