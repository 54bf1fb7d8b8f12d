import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


def test_makes_no_table_of_the_oauth_toolkit():
    tables = connection.introspection.table_names()

    assert [table for table in tables if table.startswith("oauth2")] == []
    assert "accounts_accesstoken" in tables
