"""Checkpoints: where each chain stood, signed; kept only if that is where it stands."""

from django.db import migrations, models

from tenancy.operations import LetRun, Protect

# Whoever signs learns which chains have grown and how far, and nothing of what is in them.
SIGNING = """
CREATE FUNCTION audit_heads_due(age interval, growth bigint)
RETURNS TABLE (agency_id bigint, seq bigint, entry_hash bytea, moment timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT h.agency_id, h.seq, h.entry_hash, clock_timestamp() FROM audit_chainhead h
    LEFT JOIN LATERAL (SELECT c.seq, c.at FROM audit_checkpoint c
        WHERE c.agency_id = h.agency_id ORDER BY c.seq DESC LIMIT 1) AS last ON true
    WHERE h.seq > 0 AND (last.seq IS NULL OR h.seq >= last.seq + growth
        OR h.seq > last.seq AND last.at <= clock_timestamp() - age)
    ORDER BY h.agency_id
$$;

CREATE FUNCTION audit_keep_checkpoint(
    agency bigint, place bigint, hash bytea, moment timestamptz, key text, proof bytea)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO audit_checkpoint (agency_id, seq, entry_hash, at, key_id, signature)
        SELECT e.agency_id, e.seq, e.entry_hash, moment, key, proof FROM audit_auditentry e
        WHERE e.agency_id = agency AND e.seq = place AND e.entry_hash = hash
        ON CONFLICT DO NOTHING;
    RETURN FOUND;
END $$;
"""
UNDO_SIGNING = """
DROP FUNCTION audit_keep_checkpoint(bigint, bigint, bytea, timestamptz, text, bytea);
DROP FUNCTION audit_heads_due(interval, bigint);
"""
IMMUTABLE = """
CREATE TRIGGER audit_checkpoint_no_change BEFORE UPDATE OR DELETE ON audit_checkpoint
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_checkpoint_no_truncate BEFORE TRUNCATE ON audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
"""
UNDO_IMMUTABLE = """
DROP TRIGGER audit_checkpoint_no_truncate ON audit_checkpoint;
DROP TRIGGER audit_checkpoint_no_change ON audit_checkpoint;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("agency_id", models.BigIntegerField()),
                ("seq", models.BigIntegerField()),
                ("entry_hash", models.BinaryField(max_length=32)),
                ("at", models.DateTimeField()),
                ("key_id", models.CharField(max_length=32)),
                ("signature", models.BinaryField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["agency_id", "seq"], name="audit_checkpoint_once_a_place"
                    )
                ],
            },
        ),
        migrations.RunSQL(SIGNING, UNDO_SIGNING),
        LetRun("audit_heads_due(interval, bigint)", web=True),
        LetRun(
            "audit_keep_checkpoint(bigint, bigint, bytea, timestamptz, text, bytea)", web=True
        ),
        Protect(
            "audit_checkpoint",
            see="agency_id = {agency}",
            write="false",
            web="SELECT",
            worker="SELECT",
        ),
        migrations.RunSQL(IMMUTABLE, UNDO_IMMUTABLE),
    ]
