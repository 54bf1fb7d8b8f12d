"""Row-level security on the follow-up: the agency that owes it, and who may start its clock."""

from django.db import migrations

from tenancy.operations import Protect

OURS = "agency_id = {agency}"


class Migration(migrations.Migration):
    dependencies = [("visits", "0001_initial"), ("referrals", "0002_second_lock")]
    operations = [
        Protect("visits_programme", see="true", write="false", web="SELECT", worker="SELECT"),
        Protect(
            "visits_followup",
            see="{agency} IN (agency_id, referring_agency_id)",
            write="{agency} IN (agency_id, referring_agency_id)"
            " AND EXISTS (SELECT 1 FROM referrals_referral r WHERE r.id = referral_id)",
            web="SELECT, INSERT, UPDATE",
            worker="SELECT",
        ),
        Protect(
            "visits_rung",
            see="EXISTS (SELECT 1 FROM visits_followup f WHERE f.id = follow_up_id)",
            write="EXISTS (SELECT 1 FROM visits_followup f WHERE f.id = follow_up_id)",
            web="SELECT, INSERT",
            worker="SELECT, UPDATE",
        ),
        Protect("visits_visit", see=OURS, write=OURS, web="SELECT, INSERT, UPDATE"),
        Protect("visits_visitworker", see=OURS, write=OURS, web="SELECT, INSERT, UPDATE"),
        Protect("visits_contactattempt", see=OURS, write=OURS, web="SELECT, INSERT"),
    ]
