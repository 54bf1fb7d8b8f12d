"""The tables of sign-in that allauth keeps: reached before anybody is known, by the web role only."""

from django.db import migrations

from tenancy.operations import Exempt


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]
    operations = [
        Exempt(
            "account_emailaddress",
            reason="read at sign-in",
            web="SELECT, INSERT, UPDATE",
        ),
        Exempt("account_emailconfirmation", reason="unused: nobody signs up by mail"),
        Exempt(
            "mfa_authenticator",
            reason="read at sign-in; seeds are sealed by the vault",
            web="SELECT, INSERT, UPDATE, DELETE",
        ),
    ]
