"""Keep what somebody asked to be given and nobody has answered: destroying it then is a crime."""

from django.db import migrations

IN_HAND = """
CREATE OR REPLACE FUNCTION retention_is_in_hand(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM referrals_referral r WHERE r.case_id = wanted AND (
        r.receiving_agency_id = tenancy_agency()
            AND r.status IN ('sent', 'more_information_asked', 'accepted')
        OR r.referring_agency_id = tenancy_agency()
            AND r.status IN ('draft', 'sent', 'more_information_asked')))
"""
ASKED_FOR = """
        OR EXISTS (SELECT 1 FROM disclosure_disclosurerequest d WHERE d.case_id = wanted
            AND d.agency_id = tenancy_agency() AND d.given_at IS NULL AND d.refused_at IS NULL)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("retention", "0003_what_she_said"),
        ("disclosure", "0002_second_lock"),
    ]
    operations = [migrations.RunSQL(f"{IN_HAND}{ASKED_FOR}$$;", f"{IN_HAND}$$;")]
