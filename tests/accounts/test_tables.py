"""What the web role may and may not do to the tables of accounts, behind Django's back."""

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction


def run(statement: str) -> None:
    """One statement as the web role, undone if it is refused."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_makes_no_table_of_the_oauth_toolkit(db):
    tables = connection.introspection.table_names()

    assert [table for table in tables if table.startswith("oauth2")] == []
    assert "accounts_accesstoken" in tables


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_user SET password = password",
        "UPDATE accounts_user SET last_totp_counter = 1, session_epoch = 1, last_login = now()",
        "DELETE FROM accounts_accesstoken",
        "SELECT client_secret FROM accounts_application",
    ],
)
def test_lets_the_web_role_do_what_signing_in_needs(db, statement):
    run(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_user SET is_active = true",
        "UPDATE accounts_user SET email = 'other@example.org'",
        "INSERT INTO accounts_user (email) VALUES ('other@example.org')",
        "DELETE FROM accounts_user",
        "UPDATE accounts_membership SET role = 'duty_manager'",
        "INSERT INTO accounts_membership (role) VALUES ('officer')",
        "UPDATE accounts_agency SET is_active = true",
        "UPDATE accounts_sharingagreement SET ends_on = NULL",
        "UPDATE accounts_application SET scope = 'case:read'",
        "INSERT INTO accounts_application (client_id) VALUES ('mine')",
        "UPDATE accounts_accesstoken SET expires = now() + interval '1 year'",
        "SELECT * FROM accounts_refreshtoken",
        "SELECT * FROM accounts_authorizationgrant",
        "SELECT * FROM accounts_identitytoken",
        "SELECT * FROM accounts_devicegrant",
        "SELECT * FROM account_emailconfirmation",
    ],
)
def test_refuses_the_web_role_everything_else(db, statement):
    with pytest.raises(ProgrammingError, match="permission denied"):
        run(statement)


def test_refuses_to_hold_a_usable_token(db):
    with pytest.raises(IntegrityError, match="accounts_accesstoken_is_kept_only_hashed"):
        run(
            "INSERT INTO accounts_accesstoken"
            " (token, token_checksum, expires, scope, resource, created, updated)"
            " VALUES ('usable', 'x', now(), '', '[]', now(), now())"
        )
