"""The follow-up of a case does not exist for whom the case does not (``referrals`` 0011)."""

from django.db import migrations

from tenancy.operations import KeepOut


class Migration(migrations.Migration):
    dependencies = [
        ("visits", "0019_pauses_end_with_what_was_taken"),
        ("referrals", "0011_conflicts"),
    ]
    operations = [
        KeepOut("visits_followup", "referral_id NOT IN (SELECT referrals_hidden())"),
    ]
