"""A way back in is asked for by one and given by another, whom the database tells apart."""

import django.db.models.deletion
import uuid
from django.db import migrations, models

from tenancy.operations import LetRun, Protect


FUNCTIONS = """
CREATE FUNCTION oversight_ask_for_recovery(target bigint, why text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    agency bigint := accounts_administered();
    who bigint;
    made uuid;
BEGIN
    SELECT m.user_id INTO who FROM accounts_membership m
        WHERE m.id = target AND m.agency_id = agency AND m.ended_at IS NULL
        AND m.user_id IS NOT NULL AND m.id <> tenancy_membership();
    IF who IS NULL THEN
        RAISE EXCEPTION 'no colleague' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- Two people of one agency are not to get into what somebody does for another.
    IF EXISTS (SELECT 1 FROM accounts_membership m
            WHERE m.user_id = who AND m.agency_id <> agency AND m.ended_at IS NULL) THEN
        RETURN NULL;
    END IF;
    INSERT INTO oversight_recovery
        (id, agency_id, person_id, reason, asked_by_id, asked_at, is_confirmed)
        VALUES (gen_random_uuid(), agency, target, why, tenancy_membership(), now(), false)
        RETURNING id INTO made;
    RETURN made;
END $$;

CREATE FUNCTION oversight_answer_recovery(wanted uuid, yes boolean, hashed text, due timestamptz)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found oversight_recovery;
    who bigint;
BEGIN
    SELECT r.* INTO found FROM oversight_recovery r JOIN accounts_membership m
        ON m.id = tenancy_membership() AND m.agency_id = r.agency_id AND m.ended_at IS NULL
        JOIN accounts_user u ON u.id = m.user_id AND u.is_active
        JOIN accounts_agency a ON a.id = m.agency_id AND a.is_active
        WHERE r.id = wanted AND tenancy_kind() = 'member' AND r.agency_id = tenancy_agency()
        AND m.role IN ('administrator', 'supervisor', 'duty_manager', 'team_lead', 'coordinator')
        AND m.id NOT IN (r.asked_by_id, r.person_id)
        AND r.answered_at IS NULL AND r.asked_at > now() - interval '24 hours'
        FOR UPDATE OF r;
    IF found.id IS NULL THEN
        RAISE EXCEPTION 'not theirs to answer' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE oversight_recovery SET answered_by_id = tenancy_membership(),
        answered_at = clock_timestamp(), is_confirmed = yes WHERE id = wanted;
    IF NOT yes THEN
        RETURN;
    END IF;
    SELECT m.user_id INTO who FROM accounts_membership m
        WHERE m.id = found.person_id AND m.ended_at IS NULL AND NOT EXISTS (
            SELECT 1 FROM accounts_membership o WHERE o.user_id = m.user_id
            AND o.agency_id <> m.agency_id AND o.ended_at IS NULL);
    IF who IS NULL THEN
        RAISE EXCEPTION 'no colleague any more' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE accounts_user SET password = hashed, password_due_at = due,
        session_epoch = session_epoch + 1 WHERE id = who;
    DELETE FROM mfa_authenticator WHERE user_id = who;
END $$;
"""
NAMES = (
    "oversight_ask_for_recovery(bigint, text)",
    "oversight_answer_recovery(uuid, boolean, text, timestamptz)",
)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_bound_tokens'),
        ('oversight', '0001_holders_and_looks'),
    ]

    operations = [
        migrations.CreateModel(
            name='Recovery',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('reason', models.CharField(choices=[('phone_lost', 'Their phone was lost or stolen'), ('phone_new', 'They have another phone'), ('password', 'They forgot their password'), ('both', 'They lost both')], max_length=20)),
                ('asked_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('is_confirmed', models.BooleanField(default=False)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
            ],
            options={
                'indexes': [models.Index(fields=['agency', '-asked_at'], name='oversight_recovery_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('person', models.F('asked_by')), _negated=True), models.Q(('answered_by', None), models.Q(('answered_by', models.F('asked_by')), _negated=True), _connector='OR'), models.Q(('answered_by', None), models.Q(('answered_by', models.F('person')), _negated=True), _connector='OR')), name='oversight_recovery_three_people')],
            },
        ),
        Protect("oversight_recovery", see="agency_id = {agency}", web="SELECT"),
        migrations.RunSQL(FUNCTIONS, "\n".join(f"DROP FUNCTION {name};" for name in NAMES)),
        *(LetRun(name, web=True) for name in NAMES),
    ]
