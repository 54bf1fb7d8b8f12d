"""Contact and visit each have a clock, and a programme says what both are set from."""

from django.db import migrations, models
from django.db.models import F, Q

AS_IT_WAS = """
UPDATE visits_followup SET visit_from_at = visit_ended_at, visit_by_at = due_at;
UPDATE visits_programme SET latest_hours = target_hours WHERE target_hours > latest_hours;
SET CONSTRAINTS ALL IMMEDIATE;
"""


def hours(default: int) -> "models.PositiveSmallIntegerField[int, int]":
    """A column of hours or of times."""
    return models.PositiveSmallIntegerField(default=default)


def check(model: str, name: str, condition: Q) -> migrations.AddConstraint:
    """A named fact about each row."""
    fact = models.CheckConstraint(name=f"visits_{model}_{name}", condition=condition)
    return migrations.AddConstraint(model, fact)


class Migration(migrations.Migration):
    dependencies = [("visits", "0003_ladders")]
    operations = [
        migrations.AddField("programme", "takes_direct", models.BooleanField(default=True)),
        migrations.AddField("programme", "earliest_hours", hours(0)),
        migrations.AddField("programme", "latest_hours", hours(24)),
        migrations.AddField("programme", "attempts_expected", hours(3)),
        migrations.AddField(
            "programme", "visiting_hours", models.JSONField(blank=True, default=list)
        ),
        migrations.AddField("followup", "visit_from_at", models.DateTimeField(null=True)),
        migrations.AddField("followup", "visit_by_at", models.DateTimeField(null=True)),
        migrations.AddField("followup", "paused_at", models.DateTimeField(blank=True, null=True)),
        migrations.RunSQL(AS_IT_WAS, migrations.RunSQL.noop),
        migrations.AlterField("followup", "visit_from_at", models.DateTimeField()),
        migrations.AlterField("followup", "visit_by_at", models.DateTimeField()),
        check(
            "programme",
            "window_in_order",
            Q(earliest_hours__lt=F("latest_hours"), latest_hours__lte=336),
        ),
        check(
            "programme", "visit_no_earlier_than_contact", Q(latest_hours__gte=F("target_hours"))
        ),
        check("programme", "joined_takes_direct", Q(is_joined=False) | Q(takes_direct=True)),
        check(
            "programme",
            "attempts_between_1_and_20",
            Q(attempts_expected__gte=1, attempts_expected__lte=20),
        ),
        check("followup", "visit_no_earlier_than_contact", Q(visit_by_at__gte=F("due_at"))),
        check("followup", "visit_has_a_window", Q(visit_by_at__gt=F("visit_from_at"))),
        check("followup", "ended_is_not_paused", Q(ended_at=None) | Q(paused_at=None)),
    ]
