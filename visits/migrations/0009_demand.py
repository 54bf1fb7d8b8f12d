"""Counting what comes from areas outside the programme, over every agency's referrals."""

from django.db import migrations

from tenancy.operations import LetRun

# Numbers alone, and for those alone who plan the programme: no reference and no agency.
DEMAND = """
CREATE FUNCTION visits_demand()
RETURNS TABLE (month date, area_code varchar, route varchar, referrals bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT date_trunc('month', r.sent_at AT TIME ZONE 'Europe/London')::date,
        r.area_code, r.route, count(*)
    FROM referrals_referral r
    WHERE r.outside_programme AND r.sent_at IS NOT NULL AND r.route <> ''
        AND (tenancy_kind() = 'migration' OR EXISTS (
            SELECT 1 FROM accounts_agency a
            WHERE a.id = tenancy_agency() AND a.kind IN ('coordinator', 'idva', 'strategic')))
    GROUP BY 1, 2, 3
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("visits", "0008_clocks_moved"), ("referrals", "0006_route")]
    operations = [
        migrations.RunSQL(DEMAND, "DROP FUNCTION visits_demand()"),
        LetRun("visits_demand()", web=True),
    ]
