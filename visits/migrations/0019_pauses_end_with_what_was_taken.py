"""A pause ends with a follow-up that was handed on, and nobody is woken to look at it again."""

from importlib import import_module

from django.db import migrations, models
from django.db.models import Q

from tenancy.operations import LetRun

nobody_goes = import_module("visits.migrations.0017_nobody_goes_for_what_was_taken")

PAUSES = """
    UPDATE visits_rung g SET settled_at = moment
    FROM visits_pause p
    WHERE g.about = p.id AND p.follow_up_id = ended AND g.fired_at IS NULL AND g.settled_at IS NULL;
    UPDATE visits_pause SET ended_at = moment WHERE follow_up_id = ended AND ended_at IS NULL;
END $$;
"""
END = nobody_goes.END.replace("END $$;\n", PAUSES.lstrip("\n"))


class Migration(migrations.Migration):
    dependencies = [("visits", "0018_agreement_ended")]
    operations = [
        migrations.RemoveConstraint("pause", "visits_pause_ended_by_somebody"),
        migrations.AddConstraint(
            "pause",
            models.CheckConstraint(
                name="visits_pause_ended_by_nobody_while_it_lasts",
                condition=Q(ended_by=None) | Q(ended_at__isnull=False),
            ),
        ),
        migrations.RunSQL(END, nobody_goes.END),
        LetRun("visits_end_handed_on(uuid, timestamptz)", web=True),
    ]
