"""The tables of keys. All secrets in them are wrapped by a root that is not in the database."""

import django.contrib.postgres.functions
from django.db import migrations, models

from tenancy.operations import Exempt

REASON = (
    "key material wrapped by the root; sealing to an agency needs that agency's key, whoever asks; "
    "the worker role gets nothing"
)
WEB = "SELECT, INSERT, UPDATE"


class Migration(migrations.Migration):
    initial = True

    dependencies = [("tenancy", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="AgencyKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("agency_id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField()),
                (
                    "suite",
                    models.CharField(
                        choices=[("xwing", "xwing"), ("x25519", "x25519")], max_length=10
                    ),
                ),
                ("public_key", models.BinaryField()),
                ("signature", models.BinaryField()),
                ("wrapped_key", models.BinaryField()),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow()
                    ),
                ),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency_id", "version"), name="vault_agencykey_version_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1)),
                        name="vault_agencykey_version_from_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("suite__in", ["xwing", "x25519"])),
                        name="vault_agencykey_known_suite",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BlindIndexKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("agency_id", models.BigIntegerField()),
                ("purpose", models.CharField(max_length=30)),
                ("version", models.PositiveIntegerField()),
                ("wrapped_key", models.BinaryField()),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow()
                    ),
                ),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency_id", "purpose", "version"),
                        name="vault_blindindexkey_version_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1)),
                        name="vault_blindindexkey_version_from_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HouseKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("purpose", models.CharField(max_length=30)),
                ("version", models.PositiveIntegerField()),
                ("wrapped_key", models.BinaryField()),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow()
                    ),
                ),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("purpose", "version"), name="vault_housekey_version_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1)),
                        name="vault_housekey_version_from_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SigningKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("purpose", models.CharField(max_length=30)),
                ("version", models.PositiveIntegerField()),
                ("public_key", models.BinaryField()),
                ("signature", models.BinaryField()),
                ("wrapped_key", models.BinaryField()),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow()
                    ),
                ),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("purpose", "version"), name="vault_signingkey_version_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1)),
                        name="vault_signingkey_version_from_one",
                    ),
                ],
            },
        ),
        Exempt("vault_agencykey", reason=REASON, web=WEB),
        Exempt("vault_blindindexkey", reason=REASON, web=WEB),
        Exempt("vault_housekey", reason=REASON, web=WEB),
        Exempt("vault_signingkey", reason=REASON, web=WEB),
    ]
