"""An agency turns its own services on and off, and says how long people wait."""

from django.db import migrations, models

from tenancy.operations import Protect, ProtectAnew

OURS = "agency_id = {agency} AND status <> 'inactive'"


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="service",
            name="wait_weeks",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("wait_weeks", None), ("wait_weeks__range", (1, 52)), _connector="OR"),
                name="directory_service_waits_a_year_at_most",
            ),
        ),
        ProtectAnew(
            Protect("directory_service", see="true", web="SELECT"),
            Protect(
                "directory_service",
                see="true",
                write=OURS,
                web="SELECT, UPDATE (status, wait_weeks, updated_at)",
            ),
        ),
    ]
