"""A follow-up that was handed on ends for one agency when the other takes it."""

from django.db import migrations, models

from tenancy.operations import LetRun

# Whoever takes it may not see the follow-up of whoever handed it on, and so cannot end it itself.
END = """
CREATE FUNCTION visits_end_handed_on(taken uuid, moment timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE visits_followup f SET ended_at = moment, outcome = 'handed_on', paused_at = NULL
    FROM referrals_referral r
    WHERE r.id = taken AND r.receiving_agency_id = tenancy_agency() AND r.status = 'accepted'
        AND r.visit_ended_at IS NOT NULL AND r.parent_id = f.referral_id
        AND r.referring_agency_id = f.agency_id AND f.ended_at IS NULL
$$;
"""
UNDO = "DROP FUNCTION visits_end_handed_on(uuid, timestamptz);"


class Migration(migrations.Migration):
    dependencies = [("visits", "0006_paused_found_quickly")]
    operations = [
        migrations.AlterField(
            "followup",
            "outcome",
            models.CharField(
                blank=True,
                choices=[
                    ("done", "Done"),
                    ("not_in", "Not in"),
                    ("declined", "They declined the visit"),
                    ("unsafe", "Not safe to go"),
                    ("aborted", "Broken off"),
                    ("rearranged", "Rearranged"),
                    ("handed_on", "Handed on to another agency"),
                ],
                max_length=20,
            ),
        ),
        migrations.RunSQL(END, UNDO),
        LetRun("visits_end_handed_on(uuid, timestamptz)", web=True),
    ]
