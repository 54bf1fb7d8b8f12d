"""What was handed on goes back to whoever handed it on, where nobody there may do it any more."""

from importlib import import_module

from django.db import migrations

from tenancy.operations import LetRun

without_access = import_module("visits.migrations.0018_agreement_ended")

# A referral that was taken and then taken back carries no duty either, though its receiver may go
# on working on the case through another.
WITHOUT_ACCESS = "AND EXISTS (SELECT 1"
TAKEN_BACK = "AND (r.status = 'withdrawn' AND r.answered_at IS NOT NULL OR EXISTS (SELECT 1"
LIVES = "AND g.agency_id = f.agency_id AND g.revoked_at IS NULL)\n"
END = (
    without_access.END.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    .replace(WITHOUT_ACCESS, TAKEN_BACK, 1)
    .replace(LIVES, LIVES.replace("NULL)", "NULL))"))
    .replace("    RETURN ended;", "    PERFORM visits_give_back(over, moment);\n    RETURN ended;")
)

# Upwards from what ended, until somebody is found who has the case in hand: their duty runs again
# by the same deadlines, with contact made where it was made below. They are woken now, and again in
# half an hour; rungs still to come stand as they did, a pause that held them is long over.
GIVE_BACK = """
CREATE FUNCTION visits_give_back(over uuid[], moment timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    back record;
BEGIN
    FOR back IN
        WITH RECURSIVE above AS (
            SELECT r.parent_id, r.referring_agency_id, f.contacted_at FROM visits_followup f
            JOIN referrals_referral r ON r.id = f.referral_id
            WHERE f.id = ANY (over) AND f.outcome = 'agreement_ended' AND f.ended_at = moment
                AND r.visit_ended_at IS NOT NULL
            UNION
            SELECT r.parent_id, r.referring_agency_id, above.contacted_at FROM above
            JOIN referrals_referral r ON r.id = above.parent_id
            JOIN visits_followup f
                ON f.referral_id = r.id AND f.agency_id = above.referring_agency_id
            WHERE r.visit_ended_at IS NOT NULL AND f.outcome IN ('handed_on', 'agreement_ended')
                AND NOT (r.status = 'accepted' AND EXISTS (SELECT 1 FROM referrals_grant g
                    WHERE g.case_id = r.case_id AND g.agency_id = f.agency_id
                    AND g.revoked_at IS NULL))
        )
        SELECT f.id, f.agency_id, r.reference, above.contacted_at FROM above
        JOIN referrals_referral r ON r.id = above.parent_id AND r.status = 'accepted'
        JOIN visits_followup f ON f.referral_id = r.id AND f.agency_id = above.referring_agency_id
        WHERE f.outcome = 'handed_on'
            AND EXISTS (SELECT 1 FROM referrals_grant g WHERE g.case_id = r.case_id
                AND g.agency_id = f.agency_id AND g.revoked_at IS NULL)
        ORDER BY f.id
    LOOP
        UPDATE visits_followup SET ended_at = NULL, outcome = '',
            contacted_at = coalesce(contacted_at, back.contacted_at) WHERE id = back.id;
        UPDATE visits_rung SET available_at = due_at
        WHERE follow_up_id = back.id AND fired_at IS NULL AND settled_at IS NULL;
        IF back.contacted_at IS NULL THEN
            INSERT INTO visits_rung (id, about, follow_up_id, agency_id, kind, nth, reference,
                audience, unless, due_at, available_at, told, attempts, crashes, parked_for)
            SELECT gen_random_uuid(), back.id, back.id, back.agency_id, step.kind, 1 + (
                    SELECT count(*) FROM visits_rung g
                    WHERE g.about = back.id AND g.kind = step.kind
                ), back.reference, 'whose_and_managers', step.unless, moment + step.later,
                moment + step.later, 0, 0, 0, ''
            FROM (VALUES ('came_back', 'settled', interval '0'),
                ('came_back_unanswered', 'acted', interval '30 minutes')
            ) AS step (kind, unless, later);
        ELSE
            INSERT INTO visits_rung (id, about, agency_id, kind, nth, reference,
                audience, unless, due_at, available_at, told, attempts, crashes, parked_for)
            VALUES (gen_random_uuid(), back.id, back.agency_id, 'follow_up.came_back', 1 + (
                    SELECT count(*) FROM visits_rung g
                    WHERE g.about = back.id AND g.kind = 'follow_up.came_back'
                ), back.reference, 'whose_and_managers', 'settled', moment, moment, 0, 0, 0, '');
        END IF;
    END LOOP;
END $$;
"""
UNDO = "DROP FUNCTION visits_give_back(uuid[], timestamptz);"


class Migration(migrations.Migration):
    dependencies = [("visits", "0020_kept_out")]
    operations = [
        migrations.RunSQL(GIVE_BACK, UNDO),
        LetRun("visits_give_back(uuid[], timestamptz)"),
        migrations.RunSQL(END, without_access.END.replace("CREATE F", "CREATE OR REPLACE F")),
        LetRun("visits_end_without_access(uuid, timestamptz)", web=True, worker=True),
    ]
