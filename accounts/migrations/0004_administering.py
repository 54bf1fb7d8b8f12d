"""An agency's administrator looks after its people and systems, and nobody else does.

Memberships are written by nobody but the owner: each function runs as the owner, asks who calls it,
and changes one row of the caller's own agency, never the caller's own.
"""

from django.db import migrations

from tenancy.operations import LetRun

# The caller's own row is locked, so that of two administrators who end each other one stays.
FUNCTIONS = """
CREATE FUNCTION accounts_administered() RETURNS bigint LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    mine bigint;
BEGIN
    SELECT m.agency_id INTO mine FROM accounts_membership m
        JOIN accounts_user u ON u.id = m.user_id JOIN accounts_agency a ON a.id = m.agency_id
        WHERE tenancy_kind() = 'member' AND m.id = tenancy_membership()
        AND m.agency_id = tenancy_agency() AND m.role = 'administrator' AND m.ended_at IS NULL
        AND u.is_active AND a.is_active
        FOR SHARE OF m;
    IF mine IS NULL THEN
        RAISE EXCEPTION 'only an administrator looks after an agency''s people'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN mine;
END $$;

CREATE FUNCTION accounts_role_fits(agency bigint, wanted text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT wanted IN ('administrator', 'analyst') OR EXISTS (
        SELECT 1 FROM accounts_agency a JOIN (VALUES
            ('police', 'officer'), ('police', 'supervisor'),
            ('idva', 'adviser'), ('idva', 'duty_manager'),
            ('hub', 'adviser'), ('hub', 'duty_manager'),
            ('hub', 'caseworker'), ('hub', 'team_lead'),
            ('service', 'caseworker'), ('service', 'team_lead'),
            ('council', 'caseworker'), ('council', 'team_lead'),
            ('health', 'caseworker'), ('health', 'team_lead'),
            ('coordinator', 'coordinator')
        ) AS fits (kind, role) ON fits.kind = a.kind AND fits.role = wanted WHERE a.id = agency)
$$;

CREATE FUNCTION accounts_add_person(
    address text, called text, hashed text, due timestamptz, wanted text)
RETURNS TABLE (membership bigint, is_new boolean) LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    agency bigint := accounts_administered();
    person bigint;
BEGIN
    IF NOT accounts_role_fits(agency, wanted) THEN
        RAISE EXCEPTION 'no role of such an agency' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO accounts_user (email, name, password, is_active, joined_at, password_due_at,
        session_epoch, last_totp_counter)
        VALUES (lower(address), called, hashed, true, now(), due, 0, 0)
        ON CONFLICT (email) DO NOTHING RETURNING id INTO person;
    is_new := person IS NOT NULL;
    IF NOT is_new THEN
        SELECT id INTO person FROM accounts_user WHERE email = lower(address);
    END IF;
    INSERT INTO accounts_membership (user_id, agency_id, role, title, started_at)
        VALUES (person, agency, wanted, '', now()) RETURNING id INTO membership;
    RETURN NEXT;
END $$;

CREATE FUNCTION accounts_change_role(target bigint, wanted text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    agency bigint := accounts_administered();
    person bigint;
BEGIN
    IF NOT accounts_role_fits(agency, wanted) THEN
        RAISE EXCEPTION 'no role of such an agency' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE accounts_membership SET role = wanted
        WHERE id = target AND agency_id = agency AND ended_at IS NULL AND user_id IS NOT NULL
        AND id <> tenancy_membership() RETURNING user_id INTO person;
    IF person IS NULL THEN
        RAISE EXCEPTION 'no colleague' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE accounts_user SET session_epoch = session_epoch + 1 WHERE id = person;
END $$;

CREATE FUNCTION accounts_end_membership(target bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    agency bigint := accounts_administered();
    ended accounts_membership;
BEGIN
    UPDATE accounts_membership SET ended_at = clock_timestamp()
        WHERE id = target AND agency_id = agency AND ended_at IS NULL
        AND id <> tenancy_membership() RETURNING * INTO ended;
    IF ended.id IS NULL THEN
        RAISE EXCEPTION 'no colleague' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE accounts_user SET session_epoch = session_epoch + 1 WHERE id = ended.user_id;
    DELETE FROM accounts_accesstoken t USING accounts_application a
        WHERE a.id = t.application_id AND a.membership_id = target;
END $$;

CREATE FUNCTION accounts_end_sessions(target bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    agency bigint := accounts_administered();
BEGIN
    UPDATE accounts_user u SET session_epoch = session_epoch + 1 FROM accounts_membership m
        WHERE m.id = target AND m.agency_id = agency AND m.ended_at IS NULL AND u.id = m.user_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no colleague' USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

CREATE FUNCTION accounts_add_client(called text, asked text, name_of text, hashed text)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    agency bigint := accounts_administered();
    made bigint;
BEGIN
    INSERT INTO accounts_membership (agency_id, role, title, started_at)
        VALUES (agency, 'client', called, now()) RETURNING id INTO made;
    INSERT INTO accounts_application (client_id, redirect_uris, post_logout_redirect_uris,
        client_type, authorization_grant_type, client_secret, hash_client_secret, name,
        skip_authorization, created, updated, algorithm, allowed_origins, registration_source, scope,
        membership_id)
        VALUES (name_of, '', '', 'confidential', 'client-credentials', hashed, true, called,
        false, now(), now(), '', '', 'manual', asked, made);
    RETURN made;
END $$;

CREATE FUNCTION accounts_renew_secret(target bigint, hashed text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    agency bigint := accounts_administered();
    renewed bigint;
BEGIN
    UPDATE accounts_application a SET client_secret = hashed, updated = now()
        FROM accounts_membership m WHERE m.id = a.membership_id AND m.id = target
        AND m.agency_id = agency AND m.ended_at IS NULL RETURNING a.id INTO renewed;
    IF renewed IS NULL THEN
        RAISE EXCEPTION 'no system of the agency' USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM accounts_accesstoken WHERE application_id = renewed;
END $$;
"""
NAMES = (
    "accounts_add_person(text, text, text, timestamptz, text)",
    "accounts_change_role(bigint, text)",
    "accounts_end_membership(bigint)",
    "accounts_end_sessions(bigint)",
    "accounts_add_client(text, text, text, text)",
    "accounts_renew_secret(bigint, text)",
)
UNDO = "\n".join(
    f"DROP FUNCTION {name};"
    for name in (*NAMES, "accounts_role_fits(bigint, text)", "accounts_administered()")
)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_clients_and_sessions")]
    operations = [
        migrations.RunSQL(FUNCTIONS, UNDO),
        LetRun("accounts_administered()"),
        LetRun("accounts_role_fits(bigint, text)"),
        *(LetRun(name, web=True) for name in NAMES),
    ]
