"""Whoever lost access to a case goes on no visit of it, and is woken for it no more."""

from django.db import migrations, models

from tenancy.operations import LetRun

# It ends nothing but what belongs to an agency whose access has ended, whoever calls: by one case
# for the web, by all of them for the clock.
END = """
CREATE FUNCTION visits_end_without_access(wanted uuid, moment timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    over uuid[];
    ended integer;
BEGIN
    IF wanted IS NULL AND tenancy_kind() <> 'system' THEN
        RETURN 0;
    END IF;
    over := ARRAY (SELECT f.id FROM visits_followup f
        JOIN referrals_referral r ON r.id = f.referral_id
        WHERE (wanted IS NULL OR r.case_id = wanted) AND (f.ended_at IS NULL OR EXISTS (
            SELECT 1 FROM visits_visit v WHERE v.follow_up_id = f.id AND v.status = 'booked'))
        AND r.status NOT IN ('draft', 'sent', 'more_information_asked')
        AND EXISTS (SELECT 1 FROM referrals_grant g WHERE g.case_id = r.case_id
            AND g.agency_id = f.agency_id AND g.revoked_at IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM referrals_grant g WHERE g.case_id = r.case_id
            AND g.agency_id = f.agency_id AND g.revoked_at IS NULL)
        ORDER BY f.id);
    IF over = '{}' THEN
        RETURN 0;
    END IF;
    UPDATE visits_followup SET ended_at = moment, outcome = 'agreement_ended', paused_at = NULL
        WHERE id = ANY (over) AND ended_at IS NULL;
    GET DIAGNOSTICS ended = ROW_COUNT;
    UPDATE visits_outing o SET ended_at = moment, ended_how = 'called_off'
    FROM visits_visit v
    WHERE v.id = o.visit_id AND v.follow_up_id = ANY (over) AND v.status = 'booked'
        AND o.began_at IS NULL AND o.ended_at IS NULL;
    UPDATE visits_rung g SET settled_at = moment
    FROM visits_visit v JOIN visits_outing o ON o.visit_id = v.id
    WHERE g.about = o.visit_id AND v.follow_up_id = ANY (over) AND o.ended_how = 'called_off'
        AND g.fired_at IS NULL AND g.settled_at IS NULL;
    UPDATE visits_rung g SET settled_at = moment
    FROM visits_contactattempt a
    WHERE g.about = a.id AND a.follow_up_id = ANY (over)
        AND g.fired_at IS NULL AND g.settled_at IS NULL;
    INSERT INTO notices_notice
        (id, recipient_id, agency_id, kind, reference, dedupe, attempts, crashes, parked_for)
    SELECT gen_random_uuid(), w.membership_id, w.agency_id, 'follow_up.stood_down', r.reference,
        v.id || ':stood_down:' || w.membership_id, 0, 0, ''
    FROM visits_visit v JOIN visits_visitworker w ON w.visit_id = v.id
    JOIN visits_followup f ON f.id = v.follow_up_id JOIN referrals_referral r ON r.id = f.referral_id
    WHERE v.follow_up_id = ANY (over) AND v.status = 'booked'
    ON CONFLICT DO NOTHING;
    UPDATE visits_visitworker w SET is_booked = false
    FROM visits_visit v WHERE v.id = w.visit_id AND v.follow_up_id = ANY (over)
        AND v.status = 'booked';
    UPDATE visits_visit SET status = 'cancelled', cancelled_at = moment, cancel_reason = 'not_needed'
    WHERE follow_up_id = ANY (over) AND status = 'booked';
    RETURN ended;
END $$;
"""
UNDO = "DROP FUNCTION visits_end_without_access(uuid, timestamptz);"


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0004_nobody_looks_for_parts_of_a_key"),
        ("referrals", "0009_new_keys"),
        ("visits", "0017_nobody_goes_for_what_was_taken"),
    ]
    operations = [
        migrations.AlterField(
            "followup",
            "outcome",
            models.CharField(
                blank=True,
                choices=[
                    ("done", "Done"),
                    ("contacted", "Spoke to them, no visit"),
                    ("not_in", "Not in"),
                    ("declined", "They declined the visit"),
                    ("unsafe", "Not safe to go"),
                    ("aborted", "Broken off"),
                    ("rearranged", "Rearranged"),
                    ("handed_on", "Handed on to another agency"),
                    ("agreement_ended", "Their agreement ended"),
                ],
                max_length=20,
            ),
        ),
        migrations.RunSQL(END, UNDO),
        LetRun("visits_end_without_access(uuid, timestamptz)", web=True, worker=True),
    ]
