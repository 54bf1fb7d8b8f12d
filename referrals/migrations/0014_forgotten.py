"""An agency that disposed of its copy of a case knows the referral no more."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('referrals', '0013_own_person_searched'),
    ]

    operations = [
        migrations.AddField(
            model_name='referral',
            name='forgotten_by_receiver',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='referral',
            name='forgotten_by_sender',
            field=models.BooleanField(default=False),
        ),
    ]
