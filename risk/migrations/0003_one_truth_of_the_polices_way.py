"""The programme says which way the police refer, and no score stands in for agreement (decision 18).

Reversible: the columns come back saying what every rule said that said nothing in particular.
"""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("risk", "0002_assessments")]
    operations = [
        migrations.RemoveConstraint("arearule", "risk_arearule_by_way_of_somebody"),
        migrations.RemoveConstraint("arearule", "risk_arearule_unagreed_at_a_threshold"),
        migrations.RemoveConstraint("arearule", "risk_arearule_scores_are_a_tools"),
        migrations.AlterField(
            "arearule",
            "police_route",
            models.CharField(
                max_length=20,
                choices=[
                    ("direct", "Straight to the desk"),
                    ("coordinator", "By way of the MARAC coordinator"),
                ],
                default="direct",
            ),
        ),
        migrations.RemoveField("arearule", "police_route"),
        migrations.RemoveField("arearule", "unagreed_score"),
        migrations.AddConstraint(
            "arearule",
            models.CheckConstraint(
                name="risk_arearule_scores_are_a_tools",
                condition=Q(tool__isnull=False) | Q(marac_score=None),
            ),
        ),
    ]
