"""Which way a referral from a police visit went."""

from django.db import migrations, models

AS_FAR_AS_KNOWN = """
UPDATE referrals_referral SET route = CASE
    WHEN NOT outside_programme THEN 'joined' WHEN area_code = '' THEN 'coordinators'
    ELSE 'ordinary' END
WHERE visit_ended_at IS NOT NULL AND parent_id IS NULL;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [("referrals", "0005_assessments")]
    operations = [
        migrations.AddField(
            "referral",
            "route",
            models.CharField(
                blank=True,
                choices=[
                    ("joined", "In the 24-hour programme"),
                    ("ordinary", "The area’s ordinary route"),
                    ("marac_only", "Through MARAC only"),
                    ("coordinators", "No desk of its own: the coordinators"),
                ],
                default="",
                max_length=20,
            ),
            preserve_default=False,
        ),
        migrations.RunSQL(AS_FAR_AS_KNOWN, migrations.RunSQL.noop),
    ]
