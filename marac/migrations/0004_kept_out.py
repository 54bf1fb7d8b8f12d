"""A case of the MARAC does not exist for whom the case does not (``referrals`` 0011)."""

from django.db import migrations

from tenancy.operations import KeepOut


class Migration(migrations.Migration):
    dependencies = [("marac", "0003_meetings_moved_and_reminders"), ("referrals", "0011_conflicts")]
    operations = [
        KeepOut(
            "marac_maracreferral",
            """case_id NOT IN (SELECT b.case_id FROM referrals_conflictblock b
                WHERE b.membership_id = {membership} AND b.lifted_at IS NULL)""",
        ),
    ]
