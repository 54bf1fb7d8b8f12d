"""The tables of evidence, the one function that writes them, and the triggers that refuse the rest."""

import django.contrib.postgres.fields
from django.db import migrations, models

from tenancy.operations import LetRun, Protect

APPEND = """
CREATE FUNCTION audit_lp(word bytea) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT
AS $$ SELECT int4send(length(word)) || word $$;

CREATE FUNCTION audit_hash(entry audit_auditentry) RETURNS bytea LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
SELECT sha256(convert_to('pierhead/audit/v1', 'UTF8')
    || audit_lp(convert_to(entry.agency_id::text, 'UTF8'))
    || audit_lp(convert_to(entry.seq::text, 'UTF8'))
    || audit_lp(convert_to(to_char(entry.at AT TIME ZONE 'UTC',
        'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'UTF8'))
    || audit_lp(convert_to(entry.actor, 'UTF8'))
    || audit_lp(convert_to(entry.actor_role, 'UTF8'))
    || audit_lp(convert_to(entry.action, 'UTF8'))
    || audit_lp(convert_to(entry.object_type, 'UTF8'))
    || audit_lp(convert_to(entry.object_id, 'UTF8'))
    || audit_lp(coalesce((SELECT string_agg(audit_lp(convert_to(part, 'UTF8')), '' ORDER BY at)
        FROM unnest(entry.compartments) WITH ORDINALITY AS parts (part, at)), ''))
    || audit_lp(convert_to(entry.purpose, 'UTF8'))
    || audit_lp(convert_to(entry.decision, 'UTF8'))
    || audit_lp(convert_to(entry.reason, 'UTF8'))
    || audit_lp(convert_to(entry.request_id, 'UTF8'))
    || entry.prev_hash)
$$;

-- Who acts is read from the verified context, never taken from the caller's words. Heads are
-- locked in the order of agencies; the caller's chain entries keep their own order.
CREATE FUNCTION audit_append(entries jsonb) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    asked jsonb;
    head audit_chainhead;
    entry audit_auditentry;
    kind text := tenancy_kind();
    membership text := coalesce(tenancy_membership()::text, '');
BEGIN
    FOR asked IN
        SELECT value FROM jsonb_array_elements(entries) WITH ORDINALITY
        ORDER BY (value ->> 'agency_id')::bigint, ordinality
    LOOP
        entry := jsonb_populate_record(NULL::audit_auditentry, asked);
        IF kind IS NULL AND entry.agency_id <> 0 THEN
            RAISE EXCEPTION 'nobody may write to an agency''s chain'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT * INTO head FROM audit_chainhead WHERE agency_id = entry.agency_id FOR UPDATE;
        IF NOT FOUND THEN
            INSERT INTO audit_chainhead
                VALUES (entry.agency_id, 0, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING;
            SELECT * INTO head FROM audit_chainhead WHERE agency_id = entry.agency_id FOR UPDATE;
        END IF;
        entry.seq := head.seq + 1;
        entry.at := clock_timestamp();
        entry.actor := membership;
        entry.actor_role := coalesce(kind, 'nobody');
        entry.prev_hash := head.entry_hash;
        entry.entry_hash := audit_hash(entry);
        INSERT INTO audit_auditentry SELECT entry.*;
        UPDATE audit_chainhead SET seq = entry.seq, entry_hash = entry.entry_hash
            WHERE agency_id = entry.agency_id;
    END LOOP;
END $$;
"""

# An array of arrays, or one with a hole, has no one spelling to hash: it would look like tampering.
IMMUTABLE = """
ALTER TABLE audit_auditentry ADD CONSTRAINT audit_auditentry_compartments_are_a_list CHECK (
    coalesce(array_ndims(compartments), 1) = 1 AND array_position(compartments, NULL) IS NULL);
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'evidence is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_auditentry_no_change BEFORE UPDATE OR DELETE ON audit_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_auditentry_no_truncate BEFORE TRUNCATE ON audit_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_chainhead_no_removal BEFORE DELETE ON audit_chainhead
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_chainhead_no_truncate BEFORE TRUNCATE ON audit_chainhead
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
"""

UNDO = """
ALTER TABLE audit_auditentry DROP CONSTRAINT audit_auditentry_compartments_are_a_list;
DROP TRIGGER audit_chainhead_no_truncate ON audit_chainhead;
DROP TRIGGER audit_chainhead_no_removal ON audit_chainhead;
DROP TRIGGER audit_auditentry_no_truncate ON audit_auditentry;
DROP TRIGGER audit_auditentry_no_change ON audit_auditentry;
DROP FUNCTION audit_refuse_change();
"""

UNDO_APPEND = """
DROP FUNCTION audit_append(jsonb);
DROP FUNCTION audit_hash(audit_auditentry);
DROP FUNCTION audit_lp(bytea);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("tenancy", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="ChainHead",
            fields=[
                ("agency_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField()),
                ("entry_hash", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "agency_id", "seq", blank=True, editable=False, primary_key=True,
                        serialize=False,
                    ),
                ),
                ("agency_id", models.BigIntegerField()),
                ("seq", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("actor", models.TextField()),
                ("actor_role", models.TextField()),
                ("action", models.TextField()),
                ("object_type", models.TextField()),
                ("object_id", models.TextField()),
                (
                    "compartments",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                ("purpose", models.TextField()),
                ("decision", models.TextField()),
                ("reason", models.TextField()),
                ("request_id", models.TextField()),
                ("prev_hash", models.BinaryField(max_length=32)),
                ("entry_hash", models.BinaryField(max_length=32)),
            ],
            options={
                "verbose_name_plural": "audit entries",
                "indexes": [
                    models.Index(
                        fields=["agency_id", "object_type", "object_id"],
                        name="audit_entry_by_object",
                    )
                ],
            },
        ),
        migrations.RunSQL(APPEND, UNDO_APPEND),
        LetRun("audit_append(jsonb)", web=True, worker=True),
        Protect("audit_auditentry", see="agency_id = {agency}", write="false", web="SELECT"),
        Protect("audit_chainhead", see="agency_id = {agency}", write="false", web="SELECT"),
        migrations.RunSQL(IMMUTABLE, UNDO),
    ]
