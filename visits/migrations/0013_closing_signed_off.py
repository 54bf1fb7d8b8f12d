"""A manager signs off before a case of high risk is closed in which nobody was reached."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from tenancy.operations import Protect

REASONS = [
    ("planned", "Planned ending, goals met"),
    ("client_declined", "They did not want support"),
    ("disengaged", "They stopped engaging"),
    ("not_reached", "Could not be reached"),
    ("moved", "Moved out of the area, passed on"),
    ("out_of_remit", "Not suitable or out of remit"),
    ("stepped_down", "Risk reduced, stepped down"),
    ("not_delivered", "Accepted, but support could not be given"),
    ("in_custody", "In custody"),
    ("died", "Died"),
    ("duplicate", "Duplicate"),
]
OURS = "agency_id = {agency}"


def person(**more):
    """Somebody of staff, who is never taken away."""
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="accounts.membership",
        **more,
    )


class Migration(migrations.Migration):
    dependencies = [("visits", "0012_attempts_whole")]
    operations = [
        migrations.CreateModel(
            name="ClosureRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "follow_up",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="closure_requests",
                        to="visits.followup",
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.agency",
                    ),
                ),
                ("reason", models.CharField(choices=REASONS, max_length=40)),
                ("asked_by", person()),
                ("asked_at", models.DateTimeField()),
                ("answered_by", person(blank=True, null=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("is_signed_off", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(answered_at=None),
                        fields=("follow_up",),
                        name="visits_closurerequest_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(answered_by=None)
                        | ~models.Q(answered_by=models.F("asked_by")),
                        name="visits_closurerequest_signed_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            answered_at=None, answered_by=None, is_signed_off=False
                        )
                        | models.Q(answered_at__isnull=False, answered_by__isnull=False),
                        name="visits_closurerequest_answered_by_somebody",
                    ),
                ],
            },
        ),
        Protect(
            "visits_closurerequest", see=OURS, write=OURS, web="SELECT, INSERT, UPDATE"
        ),
    ]
