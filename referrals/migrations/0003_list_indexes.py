"""Lists in the order of their making, newest first, read from an index on either side."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("referrals", "0002_second_lock")]
    operations = [
        migrations.AddIndex(
            "referral",
            models.Index(
                fields=["referring_agency", "-created_at", "-id"],
                name="referrals_referral_made_newest",
            ),
        ),
        migrations.AddIndex(
            "referral",
            models.Index(
                fields=["receiving_agency", "-created_at", "-id"],
                name="referrals_referral_got_newest",
            ),
        ),
    ]
