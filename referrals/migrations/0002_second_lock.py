"""Row-level security on the heart, the trigger on its statuses, and three functions that move keys.

Being *party* to a case means having a referral on it that the policies let one see. The policies
on sealed values ask for a live grant of the very compartment; keys are the lock behind this lock.
"""

from django.db import migrations

from tenancy.operations import Protect
from tenancy.roles import WEB, WORKER

PENDING = "('sent', 'more_information_asked')"

SEES_REFERRAL = """
    referring_agency_id = {agency}
    OR (receiving_agency_id = {agency} AND status NOT IN ('draft', 'expired'))
"""
IS_SIDE = "{agency} IN (referring_agency_id, receiving_agency_id)"


def party(table, case="case_id"):
    """A predicate: the asker sees a referral on the row's case."""
    return f"EXISTS (SELECT 1 FROM referrals_referral r WHERE r.case_id = {table}.{case})"


def asked(table, case="case_id", extra=""):
    """A predicate: a referral on the row's case waits for the asker's answer."""
    return f"""EXISTS (SELECT 1 FROM referrals_referral r WHERE r.case_id = {table}.{case}
        AND r.receiving_agency_id = {{agency}} AND r.status IN {PENDING} {extra})"""


def granted(table, case="case_id", extra=""):
    """A predicate: the asker has a live grant on the row's case."""
    return f"""EXISTS (SELECT 1 FROM referrals_grant g WHERE g.case_id = {table}.{case}
        AND g.agency_id = {{agency}} AND g.revoked_at IS NULL
        AND (g.expires_at IS NULL OR g.expires_at > now()) {extra})"""


def from_sender(table):
    """Narrows :func:`asked` to what belongs to the agency that asks."""
    return f"AND r.referring_agency_id = {table}.agency_id"


PROTECTED = [
    Protect(
        "referrals_case",
        see=granted("referrals_case", "id", "AND g.last_epoch IS NULL")
        + " OR "
        + asked("referrals_case", "id"),
        write="{kind} IN ('member', 'client')",
        web="SELECT, INSERT, UPDATE",
        worker="SELECT",
    ),
    Protect(
        "referrals_referral",
        see=SEES_REFERRAL,
        write=IS_SIDE,
        web="SELECT, INSERT, UPDATE",
        worker="SELECT, UPDATE",
    ),
    Protect(
        "referrals_referralevent",
        see="EXISTS (SELECT 1 FROM referrals_referral r WHERE r.id = referral_id)",
        write="EXISTS (SELECT 1 FROM referrals_referral r WHERE r.id = referral_id)",
        web="SELECT, INSERT",
        worker="SELECT",
    ),
    Protect(
        "referrals_consententry",
        see="{agency} IN (taken_by_agency_id, recipient_id)",
        write="taken_by_agency_id = {agency}",
        web="SELECT, INSERT",
    ),
    Protect(
        "referrals_grant",
        see="agency_id = {agency} OR "
        + asked("referrals_grant", extra=from_sender("referrals_grant"))
        + """ OR EXISTS (SELECT 1 FROM referrals_consententry c WHERE c.id = consent_id
            AND c.taken_by_agency_id = {agency})""",
        write=party("referrals_grant"),
        web="SELECT, INSERT, UPDATE",
    ),
    Protect(
        "referrals_bundle",
        see="agency_id = {agency} OR "
        + asked("referrals_bundle", extra=from_sender("referrals_bundle")),
        write=party("referrals_bundle"),
        web="SELECT, INSERT",
    ),
    Protect(
        "referrals_erasurekey",
        see=granted("referrals_erasurekey") + " OR " + asked("referrals_erasurekey"),
        write=party("referrals_erasurekey"),
        web="SELECT, INSERT",
    ),
    Protect(
        "referrals_sealedrecord",
        see=granted(
            "referrals_sealedrecord",
            extra="AND compartment = ANY (g.compartments)"
            " AND (g.last_epoch IS NULL OR epoch <= g.last_epoch)",
        ),
        write="agency_id = {agency} AND " + party("referrals_sealedrecord"),
        web="SELECT, INSERT",
    ),
    Protect(
        "referrals_searchtag",
        see="agency_id = {agency}",
        write="agency_id = {agency}",
        web="SELECT, INSERT",
    ),
    Protect(
        "referrals_caselink",
        see="agency_id = {agency}",
        write="agency_id = {agency}",
        web="SELECT, INSERT",
    ),
]

# Kept equal to referrals.lifecycle.STEPS by a test.
STATUS = """
CREATE FUNCTION referrals_refuse_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status NOT IN ('draft', 'sent') AND tenancy_kind() IS DISTINCT FROM 'migration' THEN
            RAISE EXCEPTION 'a referral begins as a draft or sent'
                USING ERRCODE = 'check_violation';
        END IF;
    ELSIF (OLD.status, NEW.status) NOT IN (
        ('draft', 'sent'), ('draft', 'expired'),
        ('sent', 'accepted'), ('sent', 'declined'), ('sent', 'more_information_asked'),
        ('sent', 'withdrawn'), ('sent', 'superseded'),
        ('more_information_asked', 'sent'), ('more_information_asked', 'accepted'),
        ('more_information_asked', 'declined'), ('more_information_asked', 'withdrawn'),
        ('more_information_asked', 'superseded'),
        ('accepted', 'withdrawn'), ('accepted', 'closed'),
        ('declined', 'superseded')
    ) THEN
        RAISE EXCEPTION 'a referral does not go from % to %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER referrals_referral_begins BEFORE INSERT ON referrals_referral
    FOR EACH ROW EXECUTE FUNCTION referrals_refuse_status();
CREATE TRIGGER referrals_referral_steps BEFORE UPDATE ON referrals_referral
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION referrals_refuse_status();

CREATE FUNCTION referrals_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is only added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER referrals_consententry_only_added BEFORE UPDATE ON referrals_consententry
    FOR EACH ROW EXECUTE FUNCTION referrals_refuse_rewriting();
CREATE TRIGGER referrals_referralevent_only_added BEFORE UPDATE ON referrals_referralevent
    FOR EACH ROW EXECUTE FUNCTION referrals_refuse_rewriting();
"""
UNDO_STATUS = """
DROP TRIGGER referrals_referralevent_only_added ON referrals_referralevent;
DROP TRIGGER referrals_consententry_only_added ON referrals_consententry;
DROP FUNCTION referrals_refuse_rewriting();
DROP TRIGGER referrals_referral_steps ON referrals_referral;
DROP TRIGGER referrals_referral_begins ON referrals_referral;
DROP FUNCTION referrals_refuse_status();
"""

# These run as the owner because an agency may not see the others that work on a case; each checks
# that its caller is party to the case, and none returns anything a person is shown.
KEYS = """
CREATE FUNCTION referrals_is_party(wanted uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM referrals_referral r WHERE r.case_id = wanted
        AND tenancy_agency() IN (r.referring_agency_id, r.receiving_agency_id))
$$;

CREATE FUNCTION referrals_live_grants(wanted uuid)
RETURNS TABLE (grant_id uuid, agency_id bigint, compartments varchar[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT g.id, g.agency_id, g.compartments FROM referrals_grant g
    WHERE g.case_id = wanted AND g.revoked_at IS NULL AND g.last_epoch IS NULL
        AND (g.expires_at IS NULL OR g.expires_at > now()) AND referrals_is_party(wanted)
    ORDER BY g.agency_id
$$;

CREATE FUNCTION referrals_end_access(wanted uuid, leaver bigint, moment timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM referrals_referral r WHERE r.case_id = wanted
        AND (r.referring_agency_id = tenancy_agency() AND r.receiving_agency_id = leaver
            OR leaver = tenancy_agency() AND referrals_is_party(wanted)))
    THEN
        RAISE EXCEPTION 'not this agency''s to end' USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM referrals_bundle WHERE case_id = wanted AND agency_id = leaver;
    DELETE FROM referrals_searchtag WHERE case_id = wanted AND agency_id = leaver;
    UPDATE referrals_grant SET revoked_at = moment
        WHERE case_id = wanted AND agency_id = leaver AND revoked_at IS NULL;
END $$;

CREATE FUNCTION referrals_erase_draft(wanted uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    doomed uuid;
BEGIN
    SELECT case_id INTO doomed FROM referrals_referral WHERE id = wanted AND status = 'draft'
        AND (referring_agency_id = tenancy_agency() OR tenancy_kind() = 'system');
    IF doomed IS NULL THEN
        RAISE EXCEPTION 'not a draft of theirs' USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM referrals_erasurekey WHERE case_id = doomed;
    DELETE FROM referrals_bundle WHERE case_id = doomed;
    DELETE FROM referrals_searchtag WHERE case_id = doomed;
    DELETE FROM referrals_sealedrecord WHERE case_id = doomed;
    UPDATE referrals_grant SET revoked_at = now() WHERE case_id = doomed AND revoked_at IS NULL;
END $$;

REVOKE EXECUTE ON FUNCTION referrals_live_grants(uuid) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION referrals_end_access(uuid, bigint, timestamptz) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION referrals_erase_draft(uuid) FROM PUBLIC;
"""
UNDO_KEYS = """
DROP FUNCTION referrals_erase_draft(uuid);
DROP FUNCTION referrals_end_access(uuid, bigint, timestamptz);
DROP FUNCTION referrals_live_grants(uuid);
DROP FUNCTION referrals_is_party(uuid);
"""


def let_the_processes_call(apps, schema_editor):
    for function, roles in {
        "referrals_live_grants(uuid)": [WEB],
        "referrals_end_access(uuid, bigint, timestamptz)": [WEB],
        "referrals_erase_draft(uuid)": [WEB, WORKER],
    }.items():
        for role in roles:
            schema_editor.execute(f'GRANT EXECUTE ON FUNCTION {function} TO "{role.name}"')


class Migration(migrations.Migration):
    dependencies = [("referrals", "0001_initial"), ("tenancy", "0001_initial")]
    operations = [
        *PROTECTED,
        migrations.RunSQL(STATUS, UNDO_STATUS),
        migrations.RunSQL(KEYS, UNDO_KEYS),
        migrations.RunPython(let_the_processes_call, migrations.RunPython.noop),
    ]
