"""People are told of what was not answered in time."""

from django.db import migrations, models

from tenancy.roles import WORKER


def let_the_sweep_count(apps, schema_editor):
    """It counts what it told, and changes nothing else."""
    schema_editor.execute(f'GRANT UPDATE (chased) ON "referrals_referral" TO "{WORKER.name}"')


def keep_the_sweep_out(apps, schema_editor):
    """The way back."""
    schema_editor.execute(f'REVOKE UPDATE (chased) ON "referrals_referral" FROM "{WORKER.name}"')


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0003_clients_and_sessions"),
        ("directory", "0001_initial"),
        ("referrals", "0015_joined_cases"),
    ]

    operations = [
        migrations.AddField(
            model_name="referral",
            name="chased",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(
                    ("chased__lt", 2), ("status__in", ["more_information_asked", "sent"])
                ),
                fields=["answer_due_at"],
                name="referrals_referral_to_chase",
            ),
        ),
        migrations.RunPython(let_the_sweep_count, keep_the_sweep_out),
    ]
