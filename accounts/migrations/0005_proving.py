"""How a system proves itself by a key of its own, and from which networks it may come."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tenancy.operations import Exempt, LetRun

FUNCTIONS = """
CREATE FUNCTION accounts_client_of(target bigint) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    agency bigint := accounts_administered();
    found bigint;
BEGIN
    SELECT a.id INTO found FROM accounts_application a
        JOIN accounts_membership m ON m.id = a.membership_id
        WHERE m.id = target AND m.agency_id = agency AND m.ended_at IS NULL FOR UPDATE OF a;
    IF found IS NULL THEN
        RAISE EXCEPTION 'no system of the agency' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN found;
END $$;

CREATE FUNCTION accounts_add_client_key(
    target bigint, thumb text, kind text, key jsonb, overlap interval) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    client bigint := accounts_client_of(target);
BEGIN
    DELETE FROM accounts_accesstoken t WHERE t.application_id = client AND NOT EXISTS (
        SELECT 1 FROM accounts_clientkey WHERE application_id = client
        AND (ends_at IS NULL OR ends_at > now()));
    UPDATE accounts_clientkey SET ends_at = now() + overlap
        WHERE application_id = client AND (ends_at IS NULL OR ends_at > now() + overlap);
    INSERT INTO accounts_clientkey (application_id, thumbprint, algorithm, jwk, made_at)
        VALUES (client, thumb, kind, key, now())
        ON CONFLICT (application_id, thumbprint) DO UPDATE SET ends_at = NULL;
END $$;

CREATE FUNCTION accounts_end_client_keys(target bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    client bigint := accounts_client_of(target);
BEGIN
    UPDATE accounts_clientkey SET ends_at = now()
        WHERE application_id = client AND (ends_at IS NULL OR ends_at > now());
    DELETE FROM accounts_accesstoken WHERE application_id = client;
END $$;

CREATE FUNCTION accounts_set_addresses(target bigint, networks text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    client bigint := accounts_client_of(target);
BEGIN
    UPDATE accounts_application SET addresses = networks, updated = now() WHERE id = client;
END $$;
"""
NAMES = (
    "accounts_add_client_key(bigint, text, text, jsonb, interval)",
    "accounts_end_client_keys(bigint)",
    "accounts_set_addresses(bigint, text)",
)
UNDO = "\n".join(f"DROP FUNCTION {name};" for name in (*NAMES, "accounts_client_of(bigint)"))
ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def of_application(**more: object) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.CASCADE,
        to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL,
        **more,
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_administering")]
    operations = [
        migrations.AddField(
            model_name="application",
            name="addresses",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.CreateModel(
            name="ClientKey",
            fields=[
                ("id", ID.clone()),
                ("thumbprint", models.CharField(max_length=43)),
                ("algorithm", models.CharField(max_length=5)),
                ("jwk", models.JSONField()),
                ("made_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                ("application", of_application(related_name="keys")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "thumbprint"), name="accounts_clientkey_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("algorithm__in", ("ES256", "EdDSA"))),
                        name="accounts_clientkey_known_algorithm",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UsedAssertion",
            fields=[
                ("id", ID.clone()),
                ("jti", models.CharField(max_length=200)),
                ("expires", models.DateTimeField(db_index=True)),
                ("application", of_application(db_index=False, related_name="+")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "jti"), name="accounts_usedassertion_once"
                    )
                ],
            },
        ),
        Exempt(
            "accounts_clientkey",
            reason="public keys, read when a system asks for a token; only the owner writes",
            web="SELECT",
        ),
        Exempt(
            "accounts_usedassertion",
            reason="names of assertions, read when a system asks for a token",
            web="SELECT, INSERT, DELETE",
        ),
        migrations.RunSQL(FUNCTIONS, UNDO),
        LetRun("accounts_client_of(bigint)"),
        *(LetRun(name, web=True) for name in NAMES),
    ]
