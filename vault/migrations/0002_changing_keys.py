"""How far a change of case keys has got, and that no key is destroyed which is still in use."""

import django.contrib.postgres.functions
from django.db import migrations, models

from tenancy.operations import Exempt

REASON = "how far the owner's own command has got: agency and case ids, and instants; no role's"


def destroyed_was_retired(table: str) -> migrations.AddConstraint:
    return migrations.AddConstraint(
        model_name=table,
        constraint=models.CheckConstraint(
            condition=models.Q(("wrapped_key", b""), _negated=True)
            | models.Q(("retired_at__isnull", False)),
            name=f"vault_{table}_destroyed_was_retired",
        ),
    )


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_initial")]

    operations = [
        destroyed_was_retired("agencykey"),
        destroyed_was_retired("blindindexkey"),
        destroyed_was_retired("signingkey"),
        migrations.CreateModel(
            name="CaseKeyChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("agency_id", models.BigIntegerField()),
                ("last_case", models.UUIDField(blank=True, null=True)),
                (
                    "begun_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow()
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("agency_id",),
                        name="vault_casekeychange_one_at_a_time",
                    )
                ],
            },
        ),
        Exempt("vault_casekeychange", reason=REASON),
    ]
