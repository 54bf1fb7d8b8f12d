"""Row-level security on the MARAC: its coordinator, whoever referred, and her IDVA's agency.

Who is invited to a meeting sees that it takes place, and nothing of what is on its list: what an
invited agency needs, the coordinator gives it, on record. An invitation counts only if it is from
the agency that calls the meeting.
"""

from django.db import migrations

from tenancy.operations import Protect

OURS = "agency_id = {agency}"
IN_IT = """EXISTS (SELECT 1 FROM marac_maracreferral m WHERE m.id = marac_id)"""

ITS_DAY = """
ALTER TABLE marac_meeting ADD CONSTRAINT marac_meeting_day_is_londons
    CHECK (held_on = (held_at AT TIME ZONE 'Europe/London')::date);
"""
UNDO_ITS_DAY = "ALTER TABLE marac_meeting DROP CONSTRAINT marac_meeting_day_is_londons;"


class Migration(migrations.Migration):
    dependencies = [("marac", "0001_initial"), ("visits", "0003_ladders")]
    operations = [
        migrations.RunSQL(ITS_DAY, UNDO_ITS_DAY),
        Protect(
            "marac_meeting",
            see=OURS
            + """ OR EXISTS (SELECT 1 FROM marac_invitation i
                WHERE i.meeting_id = marac_meeting.id AND i.agency_id = {agency}
                AND i.coordinator_id = marac_meeting.agency_id)""",
            write=OURS,
            web="SELECT, INSERT, UPDATE",
            worker="SELECT",
        ),
        Protect(
            "marac_invitation",
            see="{agency} IN (agency_id, coordinator_id)",
            write="coordinator_id = {agency}",
            web="SELECT, INSERT, DELETE",
        ),
        Protect(
            "marac_maracreferral",
            see="{agency} IN (agency_id, referring_agency_id, idva_agency_id)",
            # Of a referral the asker sees, about its case, to the agency that received it.
            write="""{agency} IN (agency_id, referring_agency_id) AND EXISTS (
                SELECT 1 FROM referrals_referral r WHERE r.id = referral_id
                AND (r.case_id, r.receiving_agency_id, r.referring_agency_id)
                = (marac_maracreferral.case_id, agency_id, marac_maracreferral.referring_agency_id))
            """,
            change=OURS,
            web="SELECT, INSERT, UPDATE",
            worker="SELECT",
        ),
        Protect(
            "marac_listing",
            see=f"{OURS} OR {IN_IT}",
            write=OURS
            + """ AND EXISTS (SELECT 1 FROM marac_maracreferral m
                WHERE m.id = marac_id AND m.agency_id = {agency})
                AND EXISTS (SELECT 1 FROM marac_meeting k
                WHERE k.id = meeting_id AND k.agency_id = {agency})""",
            web="SELECT, INSERT, UPDATE",
            worker="SELECT",
        ),
        Protect(
            "marac_repeatfound", see=OURS, write=f"{OURS} AND {IN_IT}", web="SELECT, INSERT"
        ),
        Protect(
            "marac_maracaction",
            see="""{agency} IN (agency_id, coordinator_id) OR EXISTS (
                SELECT 1 FROM marac_listing l WHERE l.id = listing_id)""",
            write="""coordinator_id = {agency} AND EXISTS (SELECT 1 FROM marac_listing l
                WHERE l.id = listing_id AND l.agency_id = {agency})""",
            web="SELECT, INSERT, UPDATE",
        ),
        Protect(
            "marac_telling",
            see="{agency} IN (agency_id, coordinator_id)",
            write=OURS,
            web="SELECT, UPDATE",
            worker="SELECT, INSERT, UPDATE",
        ),
    ]
