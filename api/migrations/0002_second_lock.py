"""Row-level security on the stored answers: each system sees its own."""

from django.db import migrations

from tenancy.operations import Protect


class Migration(migrations.Migration):
    dependencies = [("api", "0001_initial"), ("tenancy", "0001_initial")]
    operations = [
        Protect(
            "api_storedanswer",
            see="membership_id = {membership}",
            write="membership_id = {membership}",
            web="SELECT, INSERT, UPDATE",
            worker="SELECT (id, created_at), DELETE",
        ),
    ]
