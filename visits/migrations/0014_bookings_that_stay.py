"""A booking's time, place and people stay as they were booked; giving it up says why."""

from django.db import migrations, models

from tenancy.operations import Protect, ProtectAnew

OURS = "agency_id = {agency}"
SAY_WHY = """
UPDATE visits_visit v SET
    cancelled_at = coalesce((SELECT n.booked_at FROM visits_visit n WHERE n.instead_of_id = v.id), v.booked_at),
    cancel_reason = 'not_recorded'
WHERE v.status = 'cancelled';
SET CONSTRAINTS ALL IMMEDIATE;
"""
STAYS = """
CREATE FUNCTION visits_refuse_another_past() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (SELECT 1 FROM visits_visit v
            WHERE v.id = NEW.instead_of_id AND v.follow_up_id = NEW.follow_up_id) THEN
            RAISE EXCEPTION 'a booking replaces one of its own follow-up'
                USING ERRCODE = 'check_violation';
        END IF;
    ELSIF OLD.status <> NEW.status AND OLD.status <> 'booked' THEN
        RAISE EXCEPTION 'a visit does not go from % to %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation';
    ELSIF (OLD.id, OLD.follow_up_id, OLD.agency_id, OLD.kind, OLD.venue, OLD.during, OLD.adviser_id)
        IS DISTINCT FROM
        (NEW.id, NEW.follow_up_id, NEW.agency_id, NEW.kind, NEW.venue, NEW.during, NEW.adviser_id)
        OR (OLD.second_worker_id, OLD.outside_reason, OLD.off_shift_reason, OLD.booked_by_id,
            OLD.booked_at, OLD.instead_of_id)
        IS DISTINCT FROM
        (NEW.second_worker_id, NEW.outside_reason, NEW.off_shift_reason, NEW.booked_by_id,
            NEW.booked_at, NEW.instead_of_id) THEN
        RAISE EXCEPTION 'a booking stays as it was made' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER visits_visit_begins BEFORE INSERT ON visits_visit
    FOR EACH ROW WHEN (NEW.instead_of_id IS NOT NULL) EXECUTE FUNCTION visits_refuse_another_past();
CREATE TRIGGER visits_visit_stays BEFORE UPDATE ON visits_visit
    FOR EACH ROW EXECUTE FUNCTION visits_refuse_another_past();
"""
LET_GO = """
DROP TRIGGER visits_visit_stays ON visits_visit;
DROP TRIGGER visits_visit_begins ON visits_visit;
DROP FUNCTION visits_refuse_another_past();
"""


class Migration(migrations.Migration):
    dependencies = [("visits", "0013_closing_signed_off")]
    operations = [
        migrations.AddField(
            "visit", "cancelled_at", models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            "visit",
            "cancel_reason",
            models.CharField(
                blank=True,
                choices=[
                    ("she_asked", "They asked"),
                    ("not_safe", "It would not have been safe"),
                    ("not_available", "Somebody of ours could not go"),
                    ("urgent_elsewhere", "Needed more urgently elsewhere"),
                    ("not_needed", "No longer needed"),
                    ("in_error", "Booked in error"),
                    ("not_recorded", "Not recorded"),
                ],
                default="",
                max_length=30,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "visit",
            "off_shift_reason",
            models.CharField(
                blank=True,
                choices=[
                    ("agreed", "They agreed to it"),
                    ("swapped", "They swapped shifts"),
                    ("nobody_else", "Nobody on shift can go"),
                ],
                default="",
                max_length=30,
            ),
            preserve_default=False,
        ),
        migrations.RunSQL(SAY_WHY, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "visit",
            models.CheckConstraint(
                condition=models.Q(during__isempty=False), name="visits_visit_takes_time"
            ),
        ),
        migrations.AddConstraint(
            "visit",
            models.CheckConstraint(
                condition=(
                    models.Q(status="cancelled", cancelled_at__isnull=False)
                    & ~models.Q(cancel_reason="")
                )
                | (~models.Q(status="cancelled") & models.Q(cancelled_at=None, cancel_reason="")),
                name="visits_visit_cancelled_says_why",
            ),
        ),
        migrations.RunSQL(STAYS, LET_GO),
        ProtectAnew(
            Protect("visits_visit", see=OURS, write=OURS, web="SELECT, INSERT, UPDATE"),
            Protect(
                "visits_visit",
                see=OURS,
                write=OURS,
                web="SELECT, INSERT, UPDATE (status, outcome, cancelled_at, cancel_reason)",
            ),
        ),
        ProtectAnew(
            Protect("visits_visitworker", see=OURS, write=OURS, web="SELECT, INSERT, UPDATE"),
            Protect(
                "visits_visitworker",
                see=OURS,
                write=OURS,
                web="SELECT, INSERT, UPDATE (is_booked)",
            ),
        ),
    ]
