"""Calendar feeds: found by a checksum before anybody is known, so without row-level security."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from tenancy.operations import Exempt


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_clients_and_sessions"),
        ("visits", "0004_two_clocks"),
    ]
    operations = [
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("checksum", models.CharField(max_length=64, unique=True)),
                ("opened_at", models.DateTimeField()),
                ("asked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "membership",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
            ],
        ),
        Exempt(
            "visits_calendarfeed",
            reason="read to find out whose calendar asks; holds checksums only",
            web="SELECT, INSERT, UPDATE, DELETE",
        ),
    ]
