"""A programme may have a ladder of its own; rungs that stand do not move."""

from django.db import migrations, models
from django.db.models import F, Func, JSONField, Q, TextField
from django.db.models.lookups import Exact, IsNull

KIND = Func(F("ladder"), function="jsonb_typeof", output_field=TextField())
FIRST_STEP = Func(F("ladder"), template="(%(expressions)s -> 0)", output_field=JSONField())


class Migration(migrations.Migration):
    dependencies = [("visits", "0010_outcomes")]
    operations = [
        migrations.AddField("programme", "ladder", models.JSONField(blank=True, null=True)),
        migrations.AddConstraint(
            "programme",
            models.CheckConstraint(
                name="visits_programme_ladder_has_steps",
                condition=Q(ladder__isnull=True)
                | Q(Exact(KIND, "array")) & Q(IsNull(FIRST_STEP, False)),
            ),
        ),
    ]
