"""How much somebody has looked at lately: seen by themself, and counted in the database."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from tenancy.operations import Protect


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_clients_and_sessions"),
        ("referrals", "0009_new_keys"),
    ]
    operations = [
        migrations.CreateModel(
            name="Look",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("opened", "Opened a case"),
                            ("searched", "Searched"),
                            ("confirmed", "Said again that it is them"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.agency",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="referrals.case",
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["membership", "at"], name="referrals_look_lately")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("case__isnull", False), ("kind", "opened")),
                            models.Q(
                                models.Q(("kind", "opened"), _negated=True), ("case", None)
                            ),
                            _connector="OR",
                        ),
                        name="referrals_look_opened_a_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["opened", "searched", "confirmed"])),
                        name="referrals_look_known_kind",
                    ),
                ],
            },
        ),
        # Nobody changes or removes what counts against them.
        Protect(
            "referrals_look",
            see="membership_id = {membership} AND agency_id = {agency}",
            write="membership_id = {membership} AND agency_id = {agency}",
            web="SELECT, INSERT",
        ),
    ]
