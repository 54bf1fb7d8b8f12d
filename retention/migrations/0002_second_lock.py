"""Who may see and write what of keeping; how a case goes; and what writes the ledger.

A case goes by one function, and that by a row that two people of the agency stand behind. Nothing
of another agency's is touched unless it is the last: then every row that hangs from the case goes,
whichever room it is of, by the constraints that tie it there.
"""

from django.db import migrations

from tenancy.operations import LetRun, Protect

SEATED = "agency_id = {agency} AND {membership} IN (%s)"
TABLES = [
    Protect("retention_retentionrule", see="true"),
    Protect(
        "retention_hold",
        see="agency_id = {agency}",
        write=SEATED % "placed_by_id, lifted_by_id",
        change="agency_id = {agency}",
        web="SELECT, INSERT, UPDATE (lifted_by_id, lifted_at, review_on, reminded_at)",
        worker="SELECT, UPDATE (reminded_at)",
    ),
    Protect(
        "retention_disposal",
        see="agency_id = {agency}",
        write=SEATED % "asked_by_id, answered_by_id",
        change="agency_id = {agency}",
        web="SELECT, INSERT, UPDATE (answered_by_id, answered_at, is_approved)",
    ),
    Protect("retention_tombstone", see="agency_id = {agency}"),
    Protect("retention_ledgerline", see="false", web="", worker="SELECT, UPDATE (copied_at)"),
]

ASKING = """
CREATE FUNCTION retention_is_held(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM retention_hold h WHERE h.case_id = wanted AND h.lifted_at IS NULL)
        AND EXISTS (SELECT 1 FROM referrals_referral r WHERE r.case_id = wanted
            AND tenancy_agency() IN (r.referring_agency_id, r.receiving_agency_id))
$$;

CREATE FUNCTION retention_is_in_hand(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM referrals_referral r WHERE r.case_id = wanted AND (
        r.receiving_agency_id = tenancy_agency()
            AND r.status IN ('sent', 'more_information_asked', 'accepted')
        OR r.referring_agency_id = tenancy_agency()
            AND r.status IN ('draft', 'sent', 'more_information_asked')))
$$;

CREATE FUNCTION retention_kept(called text, last_before timestamptz, most integer) RETURNS TABLE (
    reference varchar, case_id uuid, last_activity_at timestamptz, harm_strands varchar[],
    children boolean, age_band varchar, is_held boolean, is_in_hand boolean
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT g.reference, c.id, c.last_activity_at, c.harm_strands, c.children, c.age_band,
        retention_is_held(c.id), retention_is_in_hand(c.id)
    FROM referrals_grant g JOIN referrals_case c ON c.id = g.case_id
    WHERE g.agency_id = tenancy_agency() AND g.revoked_at IS NULL
        AND (called IS NULL OR g.reference = called)
        AND (last_before IS NULL OR c.last_activity_at < last_before)
        AND NOT EXISTS (SELECT 1 FROM referrals_conflictblock b WHERE b.case_id = c.id
            AND b.membership_id = tenancy_membership() AND b.lifted_at IS NULL)
    ORDER BY c.last_activity_at, g.id LIMIT most
$$;
"""

# These run with their caller's rights: by themselves they let nobody do anything.
GOING = """
CREATE FUNCTION retention_delete(from_table regclass, named text, ids text[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    tied record;
    key_name text;
    doomed text[];
BEGIN
    SELECT a.attname INTO key_name FROM pg_constraint c
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        WHERE c.conrelid = from_table AND c.contype = 'p';
    EXECUTE format(
        'WITH gone AS (DELETE FROM %s WHERE %I = ANY ($1::%s[]) RETURNING %I)
        SELECT array_agg(%I::text) FROM gone',
        from_table, named, (SELECT format_type(atttypid, NULL) FROM pg_attribute
            WHERE attrelid = from_table AND attname = named), key_name, key_name)
        INTO doomed USING ids;
    IF doomed IS NULL THEN
        RETURN;
    END IF;
    FOR tied IN SELECT c.conrelid::regclass AS from_table, a.attname AS named FROM pg_constraint c
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        WHERE c.confrelid = retention_delete.from_table AND c.contype = 'f'
    LOOP
        PERFORM retention_delete(tied.from_table, tied.named, doomed);
    END LOOP;
END $$;

CREATE FUNCTION retention_erase(wanted uuid) RETURNS text[]
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    called text[];
BEGIN
    SELECT coalesce(array_agg(reference ORDER BY reference), '{}') INTO called FROM (
        SELECT reference FROM referrals_referral WHERE case_id = wanted
        UNION SELECT reference FROM referrals_grant WHERE case_id = wanted) known;
    DELETE FROM notices_notice WHERE reference = ANY (called);
    DELETE FROM visits_rung WHERE reference = ANY (called);
    DELETE FROM referrals_conflictblock WHERE case_id = wanted;
    PERFORM retention_delete('referrals_case', 'id', ARRAY[wanted::text]);
    RETURN called;
END $$;

CREATE FUNCTION retention_forget(wanted uuid, leaver bigint, moment timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM referrals_shut(wanted, leaver, moment, true);
    DELETE FROM referrals_sealedrecord WHERE case_id = wanted AND compartment = 'notes:' || leaver;
    DELETE FROM referrals_look WHERE case_id = wanted AND agency_id = leaver;
    UPDATE referrals_referral SET forgotten_by_sender = true
        WHERE case_id = wanted AND referring_agency_id = leaver;
    UPDATE referrals_referral SET forgotten_by_receiver = true
        WHERE case_id = wanted AND receiving_agency_id = leaver;
END $$;

CREATE FUNCTION retention_dispose(disposal uuid, moment timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    asked retention_disposal%ROWTYPE;
    is_last boolean;
    called text[];
BEGIN
    SELECT * INTO asked FROM retention_disposal d WHERE d.id = disposal
        AND d.agency_id = tenancy_agency() AND d.is_approved AND d.done_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'nobody stands behind this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM 1 FROM referrals_case c WHERE c.id = asked.case_id FOR UPDATE;
    IF retention_is_held(asked.case_id) THEN
        RETURN 'held';
    ELSIF retention_is_in_hand(asked.case_id) THEN
        RETURN 'in_hand';
    END IF;
    is_last := NOT EXISTS (SELECT 1 FROM referrals_grant g WHERE g.case_id = asked.case_id
            AND g.agency_id <> asked.agency_id AND g.revoked_at IS NULL)
        AND NOT EXISTS (SELECT 1 FROM referrals_referral r WHERE r.case_id = asked.case_id
            AND r.status IN ('draft', 'sent', 'more_information_asked', 'accepted'));
    IF is_last THEN
        called := retention_erase(asked.case_id);
        INSERT INTO retention_tombstone (case_id, "references", agency_id, reason, erased_at)
            VALUES (asked.case_id, called, asked.agency_id, asked.reason, moment);
        INSERT INTO retention_ledgerline (kind, case_id, agency_id, reason, at)
            VALUES ('erased', asked.case_id, asked.agency_id, asked.reason, moment);
    ELSE
        PERFORM retention_forget(asked.case_id, asked.agency_id, moment);
        INSERT INTO retention_ledgerline (kind, case_id, agency_id, reason, at)
            VALUES ('disposed', asked.case_id, asked.agency_id, asked.reason, moment);
    END IF;
    UPDATE retention_disposal SET done_at = moment, was_last = is_last WHERE id = disposal;
    RETURN CASE WHEN is_last THEN 'erased' ELSE 'disposed' END;
END $$;
"""

LEDGER = """
CREATE FUNCTION retention_note_what_ended() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL THEN
        INSERT INTO retention_ledgerline (kind, case_id, agency_id, reason, at)
            VALUES ('ended', NEW.case_id, NEW.agency_id, '', now());
    ELSIF NOT ((NEW.compartments || NEW.earlier_compartments)
        @> (OLD.compartments || OLD.earlier_compartments))
    THEN
        INSERT INTO retention_ledgerline (kind, case_id, agency_id, reason, at)
            VALUES ('narrowed', NEW.case_id, NEW.agency_id, '', now());
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION retention_unknown(ids bigint[]) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT count(*) FROM unnest(ids) AS asked (id)
    WHERE NOT EXISTS (SELECT 1 FROM retention_ledgerline l WHERE l.id = asked.id)
$$;
CREATE TRIGGER retention_note_what_ended AFTER UPDATE ON referrals_grant
    FOR EACH ROW EXECUTE FUNCTION retention_note_what_ended();
"""
UNDO = """
DROP TRIGGER retention_note_what_ended ON referrals_grant;
DROP FUNCTION retention_note_what_ended();
DROP FUNCTION retention_unknown(bigint[]);
DROP FUNCTION retention_dispose(uuid, timestamptz);
DROP FUNCTION retention_forget(uuid, bigint, timestamptz);
DROP FUNCTION retention_erase(uuid);
DROP FUNCTION retention_delete(regclass, text, text[]);
DROP FUNCTION retention_kept(text, timestamptz, integer);
DROP FUNCTION retention_is_in_hand(uuid);
DROP FUNCTION retention_is_held(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("retention", "0001_initial"),
        ("referrals", "0014_forgotten"),
        ("visits", "0021_given_back"),
        ("notices", "0004_nobody_looks_for_parts_of_a_key"),
    ]
    operations = [
        *TABLES,
        migrations.RunSQL(ASKING + GOING + LEDGER, UNDO),
        LetRun("retention_is_held(uuid)"),
        LetRun("retention_is_in_hand(uuid)"),
        LetRun("retention_kept(text, timestamptz, integer)", web=True),
        LetRun("retention_delete(regclass, text, text[])"),
        LetRun("retention_erase(uuid)"),
        LetRun("retention_forget(uuid, bigint, timestamptz)"),
        LetRun("retention_dispose(uuid, timestamptz)", web=True),
        LetRun("retention_note_what_ended()"),
        LetRun("retention_unknown(bigint[])", web=True, worker=True),
    ]
