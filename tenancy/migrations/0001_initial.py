"""The context's functions: what the policies of every other room stand on."""

from django.db import migrations

from tenancy.operations import StoreKeys

TABLES = """
CREATE TABLE tenancy_rolekey (
    role name PRIMARY KEY,
    kinds text[] NOT NULL,
    inner_pad bytea NOT NULL CHECK (length(inner_pad) = 64),
    outer_pad bytea NOT NULL CHECK (length(outer_pad) = 64)
);
COMMENT ON TABLE tenancy_rolekey IS 'exempt: only the owner and its own functions may read it';
REVOKE ALL ON tenancy_rolekey FROM PUBLIC;
"""

# A signature is bound to this connection and this transaction, so that one seen elsewhere is
# worth nothing. Works through a transaction pooler: nothing outlives the transaction.
BACKEND = """
CREATE FUNCTION tenancy_backend() RETURNS text LANGUAGE sql STABLE PARALLEL RESTRICTED
AS $$ SELECT pg_backend_pid() || '@'
    || (extract(epoch FROM transaction_timestamp()) * 1000000)::bigint $$;
"""

VERIFIED = """
CREATE FUNCTION tenancy_verified() RETURNS text[] LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    parts text[] := string_to_array(current_setting('pierhead.context', true), '|');
    known public.tenancy_rolekey;
    proof bytea;
BEGIN
    IF parts IS NULL OR array_length(parts, 1) IS DISTINCT FROM 4 THEN
        RETURN NULL;
    END IF;
    SELECT * INTO known FROM public.tenancy_rolekey WHERE role = session_user;
    IF NOT FOUND OR NOT parts[1] = ANY (known.kinds) THEN
        RETURN NULL;
    END IF;
    proof := sha256(known.outer_pad || sha256(known.inner_pad || convert_to(
        array_to_string(parts[1:3], '|') || '|' || public.tenancy_backend(), 'UTF8')));
    IF encode(proof, 'hex') IS DISTINCT FROM parts[4] THEN
        RETURN NULL;
    END IF;
    RETURN parts;
END $$;
"""

READERS = """
CREATE FUNCTION tenancy_kind() RETURNS text LANGUAGE sql STABLE PARALLEL RESTRICTED
AS $$ SELECT (public.tenancy_verified())[1] $$;
CREATE FUNCTION tenancy_agency() RETURNS bigint LANGUAGE sql STABLE PARALLEL RESTRICTED
AS $$ SELECT nullif((public.tenancy_verified())[2], '')::bigint $$;
CREATE FUNCTION tenancy_membership() RETURNS bigint LANGUAGE sql STABLE PARALLEL RESTRICTED
AS $$ SELECT nullif((public.tenancy_verified())[3], '')::bigint $$;
"""

UNDO = """
DROP FUNCTION tenancy_membership();
DROP FUNCTION tenancy_agency();
DROP FUNCTION tenancy_kind();
DROP FUNCTION tenancy_verified();
DROP FUNCTION tenancy_backend();
DROP TABLE tenancy_rolekey;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(TABLES + BACKEND + VERIFIED + READERS, UNDO), StoreKeys()]
