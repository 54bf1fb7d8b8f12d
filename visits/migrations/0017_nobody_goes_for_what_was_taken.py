"""What is booked ends with a follow-up that was handed on, and nobody is woken for it any more."""

from importlib import import_module

from django.db import migrations

from tenancy.operations import LetRun

handed_on = import_module("visits.migrations.0007_handed_on")

# As before, and besides: bookings are called off, goings out that have not begun too, with what
# was to wake anybody about either; a pause is over.
END = """
CREATE OR REPLACE FUNCTION visits_end_handed_on(taken uuid, moment timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    ended uuid;
BEGIN
    UPDATE visits_followup f SET ended_at = moment, outcome = 'handed_on', paused_at = NULL
    FROM referrals_referral r
    WHERE r.id = taken AND r.receiving_agency_id = tenancy_agency() AND r.status = 'accepted'
        AND r.visit_ended_at IS NOT NULL AND r.parent_id = f.referral_id
        AND r.referring_agency_id = f.agency_id AND f.ended_at IS NULL
    RETURNING f.id INTO ended;
    IF ended IS NULL THEN
        RETURN;
    END IF;
    UPDATE visits_outing o SET ended_at = moment, ended_how = 'called_off'
    FROM visits_visit v
    WHERE v.id = o.visit_id AND v.follow_up_id = ended AND v.status = 'booked'
        AND o.began_at IS NULL AND o.ended_at IS NULL;
    UPDATE visits_rung g SET settled_at = moment
    FROM visits_visit v JOIN visits_outing o ON o.visit_id = v.id
    WHERE g.about = o.visit_id AND v.follow_up_id = ended AND o.ended_how = 'called_off'
        AND g.fired_at IS NULL AND g.settled_at IS NULL;
    UPDATE visits_rung g SET settled_at = moment
    FROM visits_contactattempt a
    WHERE g.about = a.id AND a.follow_up_id = ended AND g.fired_at IS NULL AND g.settled_at IS NULL;
    UPDATE visits_visitworker w SET is_booked = false
    FROM visits_visit v WHERE v.id = w.visit_id AND v.follow_up_id = ended AND v.status = 'booked';
    UPDATE visits_visit SET status = 'cancelled', cancelled_at = moment, cancel_reason = 'not_needed'
    WHERE follow_up_id = ended AND status = 'booked';
END $$;
"""
AS_BEFORE = "DROP FUNCTION visits_end_handed_on(uuid, timestamptz);" + handed_on.END


class Migration(migrations.Migration):
    dependencies = [("visits", "0016_planning")]
    operations = [
        migrations.RunSQL(END, AS_BEFORE),
        LetRun("visits_end_handed_on(uuid, timestamptz)", web=True),
    ]
