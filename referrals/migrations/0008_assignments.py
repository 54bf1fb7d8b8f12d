"""Who had a case in hand within an agency, and since when; seen by that agency alone."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from tenancy.operations import Protect


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_clients_and_sessions"),
        ("referrals", "0007_contact_rules"),
    ]
    operations = [
        migrations.CreateModel(
            name="Assignment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("sick", "Off sick"),
                            ("leave", "On leave"),
                            ("left", "Has left"),
                            ("caseload", "Too many cases"),
                            ("conflict", "Must not work on it"),
                            ("better_placed", "Somebody else is better placed"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.agency",
                    ),
                ),
                (
                    "before",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assignments",
                        to="referrals.referral",
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
                "indexes": [
                    models.Index(fields=["referral", "-at"], name="referrals_assignment_line")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(before=None)
                        | models.Q(("before", models.F("to")), _negated=True),
                        name="referrals_assignment_to_somebody_else",
                    )
                ],
            },
        ),
        Protect(
            "referrals_assignment",
            see="agency_id = {agency}",
            write="""agency_id = {agency} AND EXISTS (
                SELECT 1 FROM referrals_referral r
                WHERE r.id = referral_id AND r.receiving_agency_id = {agency})""",
            web="SELECT, INSERT",
        ),
    ]
