"""Whether somebody searches for a person they declared. The tags themselves nobody may read."""

from django.db import migrations

from tenancy.operations import LetRun

FUNCTION = """
CREATE FUNCTION referrals_declared_by_asker(purposes text[], tags bytea[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM referrals_conflicttag t
        JOIN unnest(purposes, tags) AS asked (purpose, tag)
            ON (t.purpose, t.tag) = (asked.purpose, asked.tag)
        WHERE t.agency_id = tenancy_agency() AND t.membership_id = tenancy_membership())
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("referrals", "0012_break_glass")]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION referrals_declared_by_asker(text[], bytea[])"),
        LetRun("referrals_declared_by_asker(text[], bytea[])", web=True),
    ]
