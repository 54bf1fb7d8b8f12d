"""The register is the agency's alone, and nobody's who must not know of the case."""

from importlib import import_module

from django.db import migrations

from tenancy.operations import KeepOut, Protect

conflicts = import_module("referrals.migrations.0011_conflicts")


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0001_initial"), ("referrals", "0011_conflicts")]
    operations = [
        Protect(
            "disclosure_disclosurerequest",
            see="agency_id = {agency}",
            write="agency_id = {agency}",
            web="SELECT, INSERT, UPDATE",
            worker="SELECT, UPDATE (reminded_on)",
        ),
        Protect(
            "disclosure_redaction",
            see="agency_id = {agency}",
            write="agency_id = {agency}",
            web="SELECT, INSERT, DELETE",
        ),
        KeepOut("disclosure_disclosurerequest", f"case_id {conflicts.NOT_THEIRS}"),
    ]
