"""What the key service counts, written by its own role alone."""

import uuid
from typing import Any

from django.db import migrations, models

from tenancy.operations import Protect
from tenancy.roles import KEYD


def let_the_service_count(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(f'GRANT SELECT, INSERT, DELETE ON "keyd_release" TO "{KEYD.name}"')


def stop_counting(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(f'REVOKE ALL ON "keyd_release" FROM "{KEYD.name}"')


class Migration(migrations.Migration):
    initial = True
    dependencies = [("tenancy", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Release",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("agency_id", models.BigIntegerField()),
                ("membership_id", models.BigIntegerField()),
                ("case_id", models.UUIDField()),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("open", "To open a case"),
                            ("reseal", "To seal a case anew for everybody"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["membership_id", "at"], name="keyd_release_lately")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("purpose__in", ["open", "reseal"])),
                        name="keyd_release_known_purpose",
                    )
                ],
            },
        ),
        Protect(
            "keyd_release",
            see="membership_id = {membership}",
            write="membership_id = {membership} AND agency_id = {agency}",
            web="",
        ),
        migrations.RunPython(let_the_service_count, stop_counting),
    ]
