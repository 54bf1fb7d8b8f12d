"""Keep what she took back before any key was passed, and know a line by what it says.

A referral that was not taken yet holds no key, so nothing of a grant changes when she withdraws or
it is taken back: without a line of its own, a backup from before would let it be taken after all.
Ids are given out again by a database that was restored, so a line is what it says, not its number.
And whoever holds a case waits for whoever is just letting it go.
"""

from django.db import migrations, models

from tenancy.operations import LetRun

NOTED = """
DROP FUNCTION retention_unknown(bigint[]);
CREATE FUNCTION retention_unknown(kinds text[], cases uuid[], agencies bigint[], ats timestamptz[])
RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT count(*) FROM unnest(kinds, cases, agencies, ats) AS asked (kind, case_id, agency_id, at)
    WHERE NOT EXISTS (SELECT 1 FROM retention_ledgerline l WHERE l.kind = asked.kind
        AND l.case_id = asked.case_id AND l.agency_id = asked.agency_id AND l.at = asked.at)
$$;

CREATE FUNCTION retention_await(wanted uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM referrals_case c WHERE c.id = wanted FOR KEY SHARE;
    RETURN FOUND AND EXISTS (SELECT 1 FROM referrals_grant g WHERE g.case_id = wanted
        AND g.agency_id = tenancy_agency() AND g.revoked_at IS NULL);
END $$;

CREATE FUNCTION retention_note_what_she_said() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    before referrals_consententry%ROWTYPE;
BEGIN
    SELECT * INTO before FROM referrals_consententry e WHERE e.case_id = NEW.case_id
        AND e.recipient_id = NEW.recipient_id AND e.id <> NEW.id
        ORDER BY e.taken_at DESC, e.id DESC LIMIT 1;
    IF NEW.withdraws_id IS NOT NULL OR before.id IS NOT NULL AND before.withdraws_id IS NULL AND (
        NOT NEW.compartments @> before.compartments
        OR coalesce(NEW.expires_at, 'infinity') < coalesce(before.expires_at, 'infinity'))
    THEN
        INSERT INTO retention_ledgerline (kind, case_id, agency_id, reason, at)
            VALUES ('withdrawn', NEW.case_id, NEW.recipient_id, '', now());
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER retention_note_what_she_said AFTER INSERT ON referrals_consententry
    FOR EACH ROW EXECUTE FUNCTION retention_note_what_she_said();

CREATE FUNCTION retention_note_what_was_taken_back() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO retention_ledgerline (kind, case_id, agency_id, reason, at)
        VALUES ('withdrawn', NEW.case_id, NEW.receiving_agency_id, '', now());
    RETURN NULL;
END $$;
CREATE TRIGGER retention_note_what_was_taken_back AFTER UPDATE OF status ON referrals_referral
    FOR EACH ROW WHEN (NEW.status = 'withdrawn' AND OLD.status <> 'withdrawn')
    EXECUTE FUNCTION retention_note_what_was_taken_back();
"""
UNDO = """
DROP FUNCTION retention_await(uuid);
DROP TRIGGER retention_note_what_was_taken_back ON referrals_referral;
DROP FUNCTION retention_note_what_was_taken_back();
DROP TRIGGER retention_note_what_she_said ON referrals_consententry;
DROP FUNCTION retention_note_what_she_said();
DROP FUNCTION retention_unknown(text[], uuid[], bigint[], timestamptz[]);
CREATE FUNCTION retention_unknown(ids bigint[]) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT count(*) FROM unnest(ids) AS asked (id)
    WHERE NOT EXISTS (SELECT 1 FROM retention_ledgerline l WHERE l.id = asked.id)
$$;
"""
KINDS = [
    ("ended", "An agency's access ended"),
    ("narrowed", "An agency lost parts"),
    ("withdrawn", "An agreement was withdrawn or said anew for less, or a referral taken back"),
    ("disposed", "An agency disposed of its copy"),
    ("erased", "A case was erased"),
]


class Migration(migrations.Migration):
    dependencies = [("retention", "0002_second_lock")]
    operations = [
        migrations.AlterField(
            "ledgerline", "kind", models.CharField(max_length=10, choices=KINDS)
        ),
        migrations.RunSQL(NOTED, UNDO),
        LetRun("retention_unknown(text[], uuid[], bigint[], timestamptz[])", web=True, worker=True),
        LetRun("retention_await(uuid)", web=True),
        LetRun("retention_note_what_she_said()"),
        LetRun("retention_note_what_was_taken_back()"),
    ]
