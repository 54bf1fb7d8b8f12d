"""Row-level security on the heart, the triggers on its rows, and the functions that move keys.

An agency *works on* a case while it has a live grant that is still added to, or a referral of the
case waits for its answer. The policies on sealed values ask for a live grant of the very
compartment; keys are the lock behind this lock.
"""

from django.db import migrations

from tenancy.operations import LetRun, Protect

PENDING = "('sent', 'more_information_asked')"

SEES_REFERRAL = """
    referring_agency_id = {agency}
    OR (receiving_agency_id = {agency} AND status NOT IN ('draft', 'expired'))
"""
IS_SIDE = "{agency} IN (referring_agency_id, receiving_agency_id)"


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
    """A predicate: the row belongs to the agency whose referral waits for the asker's answer."""
    return asked(table, extra=f"AND r.referring_agency_id = {table}.agency_id")


def works_on(table, case="case_id", extra=""):
    """A predicate: the asker has a live grant on the row's case that is still added to."""
    return granted(table, case, f"AND g.last_epoch IS NULL {extra}")


OF_A_PART_GRANTED = """AND (g.last_epoch IS NULL OR epoch <= g.last_epoch) AND (
    compartment = ANY (g.compartments) AND epoch >= g.first_epoch
    OR compartment = ANY (g.earlier_compartments) AND epoch < g.first_epoch)"""


PROTECTED = [
    Protect(
        "referrals_case",
        see=works_on("referrals_case", "id") + " OR " + asked("referrals_case", "id"),
        write="{kind} IN ('member', 'client')",
        web="SELECT, INSERT, UPDATE",
        worker="SELECT",
    ),
    Protect(
        "referrals_referral",
        see=SEES_REFERRAL,
        write=IS_SIDE,
        web="SELECT, INSERT, UPDATE",
        # What the sweeps write. The status it may change once: the trigger below says how.
        worker="SELECT, UPDATE (status, answer_relayed_at, onward_answered_at)",
    ),
    Protect(
        "referrals_referralevent",
        see="EXISTS (SELECT 1 FROM referrals_referral r WHERE r.id = referral_id)",
        write="EXISTS (SELECT 1 FROM referrals_referral r WHERE r.id = referral_id)",
        web="SELECT, INSERT",
        worker="SELECT, INSERT",
    ),
    Protect(
        "referrals_consententry",
        see="{agency} IN (taken_by_agency_id, recipient_id)",
        write="""taken_by_agency_id = {agency} AND EXISTS (
            SELECT 1 FROM referrals_referral r WHERE r.case_id = referrals_consententry.case_id)""",
        web="SELECT, INSERT",
    ),
    Protect(
        "referrals_grant",
        see="agency_id = {agency} OR " + from_sender("referrals_grant"),
        # Its own: at the beginning, on accepting, and to end it. The sender's: to freeze it.
        write="""agency_id = {agency} AND (
            (last_epoch IS NOT NULL OR revoked_at IS NOT NULL) AND referrals_works_on(case_id) OR """
        + asked("referrals_grant")
        + " OR referrals_is_new(case_id)) OR "
        + from_sender("referrals_grant"),
        change="agency_id = {agency} OR " + from_sender("referrals_grant"),
        web="SELECT, INSERT, UPDATE",
    ),
    Protect(
        "referrals_bundle",
        see="agency_id = {agency} OR " + from_sender("referrals_bundle"),
        write=works_on("referrals_bundle"),
        web="SELECT, INSERT",
    ),
    Protect(
        "referrals_erasurekey",
        see=granted("referrals_erasurekey") + " OR " + asked("referrals_erasurekey"),
        write=works_on("referrals_erasurekey"),
        web="SELECT, INSERT",
    ),
    Protect(
        "referrals_sealedrecord",
        see=granted("referrals_sealedrecord", extra=OF_A_PART_GRANTED),
        write="agency_id = {agency} AND "
        + works_on("referrals_sealedrecord", extra="AND compartment = ANY (g.compartments)"),
        web="SELECT, INSERT",
    ),
    Protect(
        "referrals_searchtag",
        see="agency_id = {agency}",
        write="agency_id = {agency} AND " + works_on("referrals_searchtag"),
        web="SELECT, INSERT",
    ),
    Protect(
        "referrals_caselink",
        see="agency_id = {agency}",
        write="agency_id = {agency} AND " + works_on("referrals_caselink"),
        web="SELECT, INSERT",
    ),
]

# Kept equal to referrals.lifecycle.STEPS by a test.
STATUS = """
CREATE FUNCTION referrals_refuse_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF tenancy_kind() = 'migration' THEN
            RETURN NEW;
        ELSIF NEW.status NOT IN ('draft', 'sent') THEN
            RAISE EXCEPTION 'a referral begins as a draft or sent'
                USING ERRCODE = 'check_violation';
        ELSIF NEW.referring_agency_id IS DISTINCT FROM tenancy_agency()
            OR NOT (referrals_works_on(NEW.case_id) OR referrals_is_new(NEW.case_id))
        THEN
            RAISE EXCEPTION 'an agency refers what it works on'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
    ELSIF tenancy_kind() = 'system' AND (OLD.status, NEW.status) <> ('draft', 'expired') THEN
        RAISE EXCEPTION 'the clock only lets drafts go' USING ERRCODE = 'insufficient_privilege';
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

CREATE FUNCTION referrals_refuse_another_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a referral stays between its agencies and about its case'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER referrals_referral_stays BEFORE UPDATE ON referrals_referral
    FOR EACH ROW WHEN (
        (OLD.id, OLD.reference, OLD.case_id, OLD.referring_agency_id, OLD.receiving_agency_id)
        IS DISTINCT FROM
        (NEW.id, NEW.reference, NEW.case_id, NEW.referring_agency_id, NEW.receiving_agency_id)
        OR (OLD.parent_id, OLD.service_id) IS DISTINCT FROM (NEW.parent_id, NEW.service_id))
    EXECUTE FUNCTION referrals_refuse_another_case();

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
DROP TRIGGER referrals_referral_stays ON referrals_referral;
DROP FUNCTION referrals_refuse_another_case();
DROP TRIGGER referrals_referral_steps ON referrals_referral;
DROP TRIGGER referrals_referral_begins ON referrals_referral;
DROP FUNCTION referrals_refuse_status();
"""

# Those that define their security run as the owner, because an agency may not see the others that
# work on a case; each checks its caller, and none returns anything a person is shown.
ASKING = """
CREATE FUNCTION referrals_works_on(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM referrals_grant g WHERE g.case_id = wanted
        AND g.agency_id = tenancy_agency() AND g.revoked_at IS NULL AND g.last_epoch IS NULL
        AND (g.expires_at IS NULL OR g.expires_at > now())
    ) OR EXISTS (SELECT 1 FROM referrals_referral r WHERE r.case_id = wanted
        AND r.receiving_agency_id = tenancy_agency()
        AND r.status IN ('sent', 'more_information_asked'));
END $$;

CREATE FUNCTION referrals_is_new(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT NOT EXISTS (SELECT 1 FROM referrals_grant g WHERE g.case_id = wanted)
$$;
"""
UNDO_ASKING = """
DROP FUNCTION referrals_is_new(uuid);
DROP FUNCTION referrals_works_on(uuid);
"""

KEYS = """
CREATE FUNCTION referrals_live_grants(wanted uuid)
RETURNS TABLE (grant_id uuid, agency_id bigint, compartments varchar[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT g.id, g.agency_id, g.compartments FROM referrals_grant g
    WHERE g.case_id = wanted AND g.revoked_at IS NULL AND g.last_epoch IS NULL
        AND (g.expires_at IS NULL OR g.expires_at > now()) AND referrals_works_on(wanted)
    ORDER BY g.agency_id
$$;

CREATE FUNCTION referrals_is_with(wanted uuid, agency bigint, but uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT referrals_works_on(wanted) AND EXISTS (SELECT 1 FROM referrals_referral r
        WHERE r.case_id = wanted AND r.receiving_agency_id = agency AND r.status = 'accepted'
        AND r.id <> but)
$$;

CREATE FUNCTION referrals_end_access(wanted uuid, leaver bigint, moment timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT referrals_works_on(wanted) OR leaver IS DISTINCT FROM tenancy_agency() AND NOT EXISTS (
        SELECT 1 FROM referrals_referral r WHERE r.case_id = wanted
        AND r.referring_agency_id = tenancy_agency() AND r.receiving_agency_id = leaver
        AND r.status IN ('accepted', 'closed'))
    THEN
        RAISE EXCEPTION 'not this agency''s to end' USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM referrals_bundle WHERE case_id = wanted AND agency_id = leaver;
    DELETE FROM referrals_searchtag WHERE case_id = wanted AND agency_id = leaver;
    DELETE FROM referrals_caselink WHERE case_id = wanted AND agency_id = leaver;
    UPDATE referrals_grant SET revoked_at = moment
        WHERE case_id = wanted AND agency_id = leaver AND revoked_at IS NULL;
END $$;

CREATE FUNCTION referrals_stay_open(emergency uuid, approval uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE referrals_grant g SET consent_id = a.id, expires_at = a.expires_at
    FROM referrals_consententry e, referrals_consententry a
    WHERE e.id = emergency AND a.id = approval AND g.consent_id = e.id AND g.revoked_at IS NULL
        AND (a.case_id, a.recipient_id, a.ground) = (e.case_id, e.recipient_id, e.ground)
        AND a.taken_by_agency_id = tenancy_agency() AND e.taken_by_agency_id = tenancy_agency()
        AND a.approved_by_id IS NOT NULL AND a.approved_by_id <> e.taken_by_id
        AND e.approve_by > now();
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
    IF EXISTS (SELECT 1 FROM referrals_referral WHERE case_id = doomed AND id <> wanted) THEN
        RETURN;
    END IF;
    DELETE FROM referrals_erasurekey WHERE case_id = doomed;
    DELETE FROM referrals_bundle WHERE case_id = doomed;
    DELETE FROM referrals_searchtag WHERE case_id = doomed;
    DELETE FROM referrals_sealedrecord WHERE case_id = doomed;
    UPDATE referrals_grant SET revoked_at = now() WHERE case_id = doomed AND revoked_at IS NULL;
END $$;
"""
UNDO_KEYS = """
DROP FUNCTION referrals_erase_draft(uuid);
DROP FUNCTION referrals_stay_open(uuid, uuid);
DROP FUNCTION referrals_end_access(uuid, bigint, timestamptz);
DROP FUNCTION referrals_is_with(uuid, bigint, uuid);
DROP FUNCTION referrals_live_grants(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("referrals", "0001_initial"), ("tenancy", "0001_initial")]
    operations = [
        migrations.RunSQL(ASKING, UNDO_ASKING),
        LetRun("referrals_is_new(uuid)", web=True),
        *PROTECTED,
        migrations.RunSQL(STATUS, UNDO_STATUS),
        migrations.RunSQL(KEYS, UNDO_KEYS),
        LetRun("referrals_live_grants(uuid)", web=True),
        LetRun("referrals_is_with(uuid, bigint, uuid)", web=True),
        LetRun("referrals_end_access(uuid, bigint, timestamptz)", web=True),
        LetRun("referrals_stay_open(uuid, uuid)", web=True),
        LetRun("referrals_erase_draft(uuid)", web=True, worker=True),
    ]
