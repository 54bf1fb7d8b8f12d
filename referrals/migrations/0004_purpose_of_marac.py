"""What a case may be passed on for: the MARAC of the area as well."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("referrals", "0003_list_indexes")]
    operations = [
        migrations.AlterField(
            "consententry",
            "purpose",
            models.CharField(
                choices=[
                    ("follow_up", "The visit after the police visit, and advice"),
                    ("service", "A service's help"),
                    ("marac", "The MARAC of the area"),
                ],
                max_length=20,
            ),
        ),
    ]
