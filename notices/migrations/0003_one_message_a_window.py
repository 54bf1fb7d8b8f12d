"""The quiet after a letter, texts, and the numbers staff are texted at."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from tenancy.operations import Protect

OURS = "agency_id = {agency}"


def member(**more: object) -> "models.ForeignKey[object, object]":
    """A member of staff."""
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, to="accounts.membership", **more
    )


def agency(**more: object) -> "models.ForeignKey[object, object]":
    """An agency."""
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.agency", **more
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_clients_and_sessions"),
        ("notices", "0002_when_it_was_due"),
    ]
    operations = [
        migrations.CreateModel(
            "Text",
            [
                (
                    "available_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("crashes", models.PositiveSmallIntegerField(default=0)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("parked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "parked_for",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("crashed", "Workers died over it"),
                            ("failed", "Tried too often"),
                            ("left", "The recipient has left"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("is_urgent", models.BooleanField()),
                ("dedupe", models.CharField(max_length=200, unique=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("agency", agency(db_index=False)),
                ("recipient", member(db_index=False, related_name="texts")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("parked_at", None), ("sent_at", None)),
                        fields=["available_at", "id"],
                        name="notices_text_due",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(parked_at=None, parked_for="")
                        | models.Q(
                            parked_at__isnull=False,
                            parked_for__in=["crashed", "failed", "left"],
                            lease_until=None,
                        ),
                        name="notices_text_parked_for_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(sent_at=None)
                        | models.Q(lease_until=None, parked_at=None),
                        name="notices_text_sent_is_settled",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            "AlarmNumber",
            [
                (
                    "membership",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="alarm_number",
                        serialize=False,
                        to="accounts.membership",
                    ),
                ),
                ("number", models.CharField(max_length=16)),
                ("agreed_at", models.DateTimeField(blank=True, null=True)),
                ("set_at", models.DateTimeField()),
                ("agency", agency()),
                ("set_by", member(blank=True, null=True, related_name="+")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(number__regex=r"^\+[1-9][0-9]{7,14}$"),
                        name="notices_alarmnumber_is_e164",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "Quiet",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("letter", "Letter"), ("text", "Text message")], max_length=10
                    ),
                ),
                ("until", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "channel"), name="notices_quiet_one_a_person_and_channel"
                    )
                ]
            },
        ),
        # Whoever acts may owe a text to anybody, as with notices, and reads none. Numbers are the
        # agency's business: the person's own and, in code, their managers' and administrators'.
        Protect(
            "notices_text",
            see="false",
            write="{kind} IN ('member', 'client')",
            web="INSERT",
            worker="SELECT, INSERT, UPDATE, DELETE",
        ),
        Protect(
            "notices_alarmnumber",
            see=OURS,
            write=OURS,
            web="SELECT, INSERT, UPDATE, DELETE",
            worker="SELECT",
        ),
        Protect(
            "notices_quiet",
            see="false",
            write="false",
            web="",
            worker="SELECT, INSERT, UPDATE",
        ),
    ]
