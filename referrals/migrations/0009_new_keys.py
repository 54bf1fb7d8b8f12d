"""New keys for old records: what an agency lost opens nothing that is still stored.

What is shared is sealed anew in place, epoch by epoch, by whoever ends an access or finds one that
ended by the clock (``referrals/renewing.py``). The worker holds no keys: it takes them away, and
the grant says that the case owes new ones.
"""

from importlib import import_module

from django.db import migrations, models

from tenancy.operations import LetRun, Protect, ProtectAnew

second_lock = import_module("referrals.migrations.0002_second_lock")

LEDGER = next(each for each in second_lock.PROTECTED if each.table == "referrals_consententry")
OF_THE_CASE = "r.case_id = referrals_consententry.case_id"
# Its recipient sees a line once it has been sent something, and none that waits for approval;
# who referred there sees what was said there since.
LEDGER_ANEW = Protect(
    "referrals_consententry",
    see=f"""taken_by_agency_id = {{agency}} OR (
        ground = '' OR approved_by_id IS NOT NULL OR approve_by IS NOT NULL) AND EXISTS (
        SELECT 1 FROM referrals_referral r WHERE {OF_THE_CASE}
        AND r.receiving_agency_id = recipient_id AND r.status NOT IN ('draft', 'expired')
        AND {{agency}} IN (r.receiving_agency_id, r.referring_agency_id))""",
    write=LEDGER.write,
    web="SELECT, INSERT",
)

LEGACY = "UPDATE referrals_grant SET owes_new_keys = true WHERE revoked_at IS NOT NULL"

ASKING = """
CREATE FUNCTION referrals_may_renew(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN tenancy_kind() = 'migration' OR referrals_works_on(wanted) OR EXISTS (SELECT 1 FROM referrals_grant g
        WHERE g.case_id = wanted AND g.agency_id = tenancy_agency() AND g.revoked_at IS NULL
        AND (g.expires_at IS NULL OR g.expires_at > now()));
END $$;

CREATE FUNCTION referrals_owes_keys(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM referrals_grant g WHERE g.case_id = wanted AND (
        g.owes_new_keys OR g.revoked_at IS NULL AND g.expires_at <= now()))
    AND referrals_may_renew(wanted)
$$;

CREATE FUNCTION referrals_may_end(wanted uuid, leaver bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN referrals_works_on(wanted) AND (leaver = tenancy_agency() OR EXISTS (
        SELECT 1 FROM referrals_referral r WHERE r.case_id = wanted
        AND r.referring_agency_id = tenancy_agency() AND r.receiving_agency_id = leaver
        AND r.status IN ('accepted', 'closed')));
END $$;

CREATE FUNCTION referrals_leads(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN referrals_works_on(wanted) AND EXISTS (SELECT 1 FROM referrals_case c
        WHERE c.id = wanted AND c.lead_agency_id = tenancy_agency());
END $$;
"""
UNDO_ASKING = """
DROP FUNCTION referrals_leads(uuid);
DROP FUNCTION referrals_may_end(uuid, bigint);
DROP FUNCTION referrals_owes_keys(uuid);
DROP FUNCTION referrals_may_renew(uuid);
"""

# Runs with its caller's rights: by itself it lets nobody do anything.
SHUT = """
CREATE FUNCTION referrals_shut(wanted uuid, leaver bigint, moment timestamptz, owes boolean)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM referrals_bundle WHERE case_id = wanted AND agency_id = leaver;
    DELETE FROM referrals_searchtag WHERE case_id = wanted AND agency_id = leaver;
    DELETE FROM referrals_caselink WHERE case_id = wanted AND agency_id = leaver;
    DELETE FROM referrals_givencontact WHERE case_id = wanted AND to_agency_id = leaver;
    UPDATE referrals_grant SET revoked_at = moment, owes_new_keys = owes
        WHERE case_id = wanted AND agency_id = leaver AND revoked_at IS NULL;
    DELETE FROM notices_notice n USING referrals_referral r
        WHERE r.case_id = wanted AND n.reference = r.reference AND n.agency_id = leaver
        AND n.sent_at IS NULL AND n.parked_at IS NULL AND n.lease_until IS NULL;
END $$;

CREATE OR REPLACE FUNCTION referrals_end_access(wanted uuid, leaver bigint, moment timestamptz)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT referrals_may_end(wanted, leaver) THEN
        RAISE EXCEPTION 'not this agency''s to end' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM referrals_shut(wanted, leaver, moment, false);
END $$;

-- For the clock. Only what is over by the database's own time ends, whatever moment is named.
CREATE FUNCTION referrals_end_expired(moment timestamptz, most integer)
RETURNS TABLE (case_id uuid, agency_id bigint, expired_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    due record;
BEGIN
    FOR due IN SELECT g.id, g.case_id, g.agency_id, g.expires_at FROM referrals_grant g
        WHERE g.revoked_at IS NULL AND g.expires_at <= least(moment, now())
        ORDER BY g.expires_at, g.id LIMIT most
    LOOP
        PERFORM 1 FROM referrals_case c WHERE c.id = due.case_id FOR UPDATE SKIP LOCKED;
        CONTINUE WHEN NOT FOUND;
        PERFORM 1 FROM referrals_grant g WHERE g.id = due.id AND g.revoked_at IS NULL
            AND g.expires_at <= least(moment, now()) FOR UPDATE;
        CONTINUE WHEN NOT FOUND;
        PERFORM referrals_shut(due.case_id, due.agency_id, due.expires_at, true);
        RETURN QUERY SELECT due.case_id, due.agency_id, due.expires_at;
    END LOOP;
END $$;
"""
UNDO_SHUT = """
DROP FUNCTION referrals_end_expired(timestamptz, integer);
DROP FUNCTION referrals_end_access(uuid, bigint, timestamptz);
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
DROP FUNCTION referrals_shut(uuid, bigint, timestamptz, boolean);
"""

RENEWING = """
CREATE FUNCTION referrals_renewal(wanted uuid, leaver bigint)
RETURNS TABLE (epoch integer, parts varchar[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    over record;
BEGIN
    IF NOT referrals_may_renew(wanted) THEN
        RETURN;
    END IF;
    PERFORM 1 FROM referrals_case c WHERE c.id = wanted FOR UPDATE;
    FOR over IN SELECT g.agency_id, g.expires_at FROM referrals_grant g WHERE g.case_id = wanted
        AND g.revoked_at IS NULL AND g.expires_at <= now() ORDER BY g.agency_id FOR UPDATE
    LOOP
        PERFORM referrals_shut(wanted, over.agency_id, over.expires_at, true);
    END LOOP;
    RETURN QUERY SELECT c.epoch, ARRAY (
        SELECT DISTINCT part FROM referrals_grant g,
            unnest(g.compartments || g.earlier_compartments) AS part
        WHERE g.case_id = wanted AND left(part, 6) <> 'notes:'
            AND (g.owes_new_keys OR g.agency_id = leaver AND g.revoked_at IS NULL)
    )::varchar[] FROM referrals_case c WHERE c.id = wanted;
END $$;

CREATE FUNCTION referrals_key_holders(wanted uuid, but bigint)
RETURNS TABLE (grant_id uuid, agency_id bigint, last_epoch integer, compartments varchar[],
    earlier_compartments varchar[], epoch integer, sealed bytea, key_version integer,
    signature bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT g.id, g.agency_id, g.last_epoch, g.compartments, g.earlier_compartments,
        b.epoch, b.sealed, b.key_version, b.signature
    FROM referrals_grant g JOIN referrals_bundle b ON b.grant_id = g.id
    WHERE g.case_id = wanted AND g.agency_id IS DISTINCT FROM but AND g.revoked_at IS NULL
        AND (g.expires_at IS NULL OR g.expires_at > now()) AND referrals_may_renew(wanted)
    ORDER BY g.agency_id, b.epoch
$$;

CREATE FUNCTION referrals_sealed_in(wanted uuid, parts varchar[])
RETURNS TABLE (id uuid, compartment varchar, kind varchar, code varchar, record_id uuid,
    version integer, epoch integer, envelope bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT s.id, s.compartment, s.kind, s.code, s.record_id, s.version, s.epoch, s.envelope
    FROM referrals_sealedrecord s
    WHERE s.case_id = wanted AND s.compartment = ANY (parts)
        AND (left(s.compartment, 6) <> 'notes:' OR tenancy_kind() = 'migration')
        AND referrals_may_renew(wanted)
$$;

CREATE FUNCTION referrals_put_keys(wanted uuid, new_epoch integer, records uuid[],
    envelopes bytea[], grants uuid[], epochs integer[], bundles bytea[], versions integer[],
    signatures bytea[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE referrals_case SET epoch = new_epoch
        WHERE id = wanted AND epoch = new_epoch - 1 AND referrals_may_renew(wanted);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'not this agency''s to renew' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE referrals_sealedrecord s SET envelope = n.envelope
        FROM unnest(records, envelopes) AS n (id, envelope)
        WHERE s.id = n.id AND s.case_id = wanted
            AND (left(s.compartment, 6) <> 'notes:' OR tenancy_kind() = 'migration');
    DELETE FROM referrals_bundle b WHERE b.case_id = wanted AND b.grant_id = ANY (grants);
    INSERT INTO referrals_bundle
        (id, grant_id, case_id, agency_id, epoch, key_version, sealed, signature)
        SELECT gen_random_uuid(), g.id, g.case_id, g.agency_id, n.epoch, n.version, n.sealed,
            n.signature
        FROM unnest(grants, epochs, bundles, versions, signatures)
            AS n (grant_id, epoch, sealed, version, signature)
        JOIN referrals_grant g ON g.id = n.grant_id AND g.case_id = wanted
            AND g.revoked_at IS NULL;
    UPDATE referrals_grant SET owes_new_keys = false WHERE case_id = wanted AND owes_new_keys;
END $$;

CREATE FUNCTION referrals_follow_answer(line uuid, taken_back varchar[], added varchar[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    said referrals_consententry;
BEGIN
    SELECT * INTO said FROM referrals_consententry WHERE id = line
        AND taken_by_agency_id = tenancy_agency() AND withdraws_id IS NULL
        AND (expires_at IS NULL OR expires_at > now());
    IF said.id IS NULL OR NOT referrals_may_end(said.case_id, said.recipient_id) THEN
        RAISE EXCEPTION 'not this agency''s to say' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- Only who leads the case writes more of it than it was shown.
    IF added <> '{}' AND NOT (said.recipient_id = tenancy_agency()
        AND referrals_leads(said.case_id)) THEN
        RAISE EXCEPTION 'not this agency''s to add' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE referrals_grant g SET consent_id = said.id, expires_at = CASE
            WHEN said.ground <> '' AND said.approved_by_id IS NULL THEN said.approve_by
            ELSE said.expires_at END,
        compartments = ARRAY (SELECT DISTINCT part FROM unnest(g.compartments || added) part
            WHERE part <> ALL (taken_back) ORDER BY part),
        earlier_compartments = ARRAY (SELECT part FROM unnest(g.earlier_compartments) part
            WHERE part <> ALL (taken_back))
        WHERE g.case_id = said.case_id AND g.agency_id = said.recipient_id
            AND g.revoked_at IS NULL;
    DELETE FROM referrals_givencontact WHERE case_id = said.case_id
        AND to_agency_id = said.recipient_id AND 'contact' = ANY (taken_back);
    DELETE FROM referrals_searchtag WHERE case_id = said.case_id AND agency_id = said.recipient_id
        AND (purpose = 'name_dob' AND 'identity' = ANY (taken_back)
            OR purpose = 'phone' AND 'contact' = ANY (taken_back)
            OR purpose = 'crime_ref' AND 'incident' = ANY (taken_back));
END $$;
"""
UNDO_RENEWING = """
DROP FUNCTION referrals_follow_answer(uuid, varchar[], varchar[]);
DROP FUNCTION referrals_put_keys(uuid, integer, uuid[], bytea[], uuid[], integer[], bytea[],
    integer[], bytea[]);
DROP FUNCTION referrals_sealed_in(uuid, varchar[]);
DROP FUNCTION referrals_key_holders(uuid, bigint);
DROP FUNCTION referrals_renewal(uuid, bigint);
"""

# For the agency that answers for the case, and nobody else: every line of the ledger about the
# case, and who opened it. Of other agencies it learns which, when and what, never whose hand.
HISTORY = """
CREATE FUNCTION referrals_sharings(wanted uuid)
RETURNS TABLE (consent_id uuid, recipient_id bigint, taken_by_agency_id bigint,
    taken_at timestamptz, answer varchar, basis varchar, condition varchar, ground varchar,
    safe_to_tell varchar, purpose varchar, compartments varchar[], expires_at timestamptz,
    approve_by timestamptz, is_approved boolean, is_withdrawal boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT e.id, e.recipient_id, e.taken_by_agency_id, e.taken_at, e.answer, e.basis, e.condition,
        e.ground, e.safe_to_tell, e.purpose, e.compartments, e.expires_at, e.approve_by,
        e.approved_by_id IS NOT NULL, e.withdraws_id IS NOT NULL
    FROM referrals_consententry e WHERE e.case_id = wanted AND referrals_leads(wanted)
        AND (e.taken_by_agency_id = tenancy_agency() OR EXISTS (SELECT 1 FROM referrals_referral r
            WHERE r.case_id = wanted AND r.receiving_agency_id = e.recipient_id
            AND r.status NOT IN ('draft', 'expired')))
    ORDER BY e.taken_at, e.id
$$;

CREATE FUNCTION referrals_grants_of(wanted uuid)
RETURNS TABLE (agency_id bigint, compartments varchar[], granted_at timestamptz,
    expires_at timestamptz, revoked_at timestamptz, is_added_to boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT g.agency_id, ARRAY (SELECT DISTINCT part
            FROM unnest(g.compartments || g.earlier_compartments) part
            WHERE left(part, 6) <> 'notes:' ORDER BY part)::varchar[],
        g.granted_at, g.expires_at, g.revoked_at, g.last_epoch IS NULL
    FROM referrals_grant g WHERE g.case_id = wanted AND referrals_leads(wanted)
    ORDER BY g.granted_at, g.agency_id
$$;

CREATE FUNCTION referrals_readings(wanted uuid)
RETURNS TABLE (agency_id bigint, at timestamptz, compartments text[], purpose text, actor text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT a.agency_id, a.at, a.compartments, a.purpose,
        CASE WHEN a.agency_id = tenancy_agency() THEN a.actor ELSE '' END
    FROM referrals_referral r JOIN audit_auditentry a ON a.object_type = 'referral'
        AND a.object_id = r.reference
        AND a.agency_id IN (r.referring_agency_id, r.receiving_agency_id)
    WHERE r.case_id = wanted AND a.action = 'case.open' AND a.decision = 'allowed'
        AND referrals_leads(wanted)
    ORDER BY a.at, a.agency_id, a.seq
$$;
"""
UNDO_HISTORY = """
DROP FUNCTION referrals_readings(uuid);
DROP FUNCTION referrals_grants_of(uuid);
DROP FUNCTION referrals_sharings(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_initial"),
        ("notices", "0004_nobody_looks_for_parts_of_a_key"),
        ("referrals", "0008_assignments"),
    ]
    operations = [
        migrations.AddField("grant", "owes_new_keys", models.BooleanField(default=False)),
        migrations.AddIndex(
            "grant",
            models.Index(
                fields=["expires_at"],
                condition=models.Q(revoked_at=None, expires_at__isnull=False),
                name="referrals_grant_to_end",
            ),
        ),
        migrations.RunSQL(LEGACY, migrations.RunSQL.noop),
        ProtectAnew(LEDGER, LEDGER_ANEW),
        migrations.RunSQL(ASKING, UNDO_ASKING),
        LetRun("referrals_owes_keys(uuid)", web=True),
        migrations.RunSQL(SHUT, UNDO_SHUT),
        LetRun("referrals_end_access(uuid, bigint, timestamptz)", web=True),
        LetRun("referrals_end_expired(timestamptz, integer)", worker=True),
        migrations.RunSQL(RENEWING, UNDO_RENEWING),
        LetRun("referrals_renewal(uuid, bigint)", web=True),
        LetRun("referrals_key_holders(uuid, bigint)", web=True),
        LetRun("referrals_sealed_in(uuid, varchar[])", web=True),
        LetRun(
            "referrals_put_keys(uuid, integer, uuid[], bytea[], uuid[], integer[], bytea[],"
            " integer[], bytea[])",
            web=True,
        ),
        LetRun("referrals_follow_answer(uuid, varchar[], varchar[])", web=True),
        migrations.RunSQL(HISTORY, UNDO_HISTORY),
        LetRun("referrals_sharings(uuid)", web=True),
        LetRun("referrals_grants_of(uuid)", web=True),
        LetRun("referrals_readings(uuid)", web=True),
    ]
