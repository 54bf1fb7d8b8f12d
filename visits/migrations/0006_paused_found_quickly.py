"""The few follow-ups that are paused are looked for with every bite of rungs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("visits", "0005_calendar_feed")]
    operations = [
        migrations.AddIndex(
            "followup",
            models.Index(
                fields=["id"],
                name="visits_followup_paused",
                condition=models.Q(paused_at__isnull=False),
            ),
        ),
    ]
