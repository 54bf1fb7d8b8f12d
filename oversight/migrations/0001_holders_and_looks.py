"""Who holds checkpoints outside, what managers looked at, and who has seen a case."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.db import migrations, models

from tenancy.operations import LetRun, Protect

# The agency that answers for a case learns who of every agency has seen it, which no other agency
# does. A copy of an entry in another agency's chain is not a second look.
SEEN = """
CREATE FUNCTION oversight_seen(wanted uuid) RETURNS TABLE (at timestamptz, agency_id bigint,
    membership_id bigint, action text, parts text[], purpose text, is_exempt boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT e.at, e.agency_id, m.id, e.action, e.compartments, e.purpose,
        coalesce(newest.ground, '') <> ''
    FROM referrals_case c
    JOIN referrals_referral r ON r.case_id = c.id
    JOIN audit_auditentry e ON e.agency_id IN (r.referring_agency_id, r.receiving_agency_id)
        AND e.object_type = 'referral' AND e.object_id = r.reference
    JOIN accounts_membership m ON m.id::text = e.actor AND m.agency_id = e.agency_id
    LEFT JOIN LATERAL (SELECT l.ground FROM oversight_look l
        WHERE l.agency_id = e.agency_id AND l.seq = e.seq
        ORDER BY l.looked_at DESC, l.id LIMIT 1) AS newest ON true
    WHERE c.id = wanted AND c.lead_agency_id = tenancy_agency() AND e.decision = 'allowed'
    ORDER BY e.at DESC, e.agency_id, e.seq DESC
$$;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0003_clients_and_sessions'),
        ('audit', '0002_checkpoints'),
        ('referrals', '0002_second_lock'),
    ]

    operations = [
        migrations.CreateModel(
            name='Holder',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('file', 'Append-only file'), ('email', 'E-mail'), ('webhook', 'Webhook')], max_length=10)),
                ('address', models.CharField(max_length=500)),
                ('added_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('owed_until', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
            ],
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('available_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('crashes', models.PositiveSmallIntegerField(default=0)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('parked_at', models.DateTimeField(blank=True, null=True)),
                ('parked_for', models.CharField(blank=True, choices=[('crashed', 'Workers died over it'), ('failed', 'Tried too often'), ('left', 'The recipient has left')], max_length=10)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('checkpoint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.checkpoint')),
                ('holder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='oversight.holder')),
            ],
        ),
        migrations.CreateModel(
            name='Look',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField()),
                ('ground', models.CharField(blank=True, choices=[('investigation', 'It would prejudice an investigation'), ('safety', 'It would put somebody in danger'), ('proceedings', 'It would prejudice proceedings')], max_length=20)),
                ('looked_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
            ],
        ),
        migrations.AddConstraint(
            model_name='holder',
            constraint=models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('agency', 'kind', 'address'), name='oversight_holder_once', nulls_distinct=False),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('parked_at', None), ('sent_at', None)), fields=['available_at', 'id'], name='oversight_delivery_due'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('parked_at', None), ('parked_for', '')), models.Q(('lease_until', None), ('parked_at__isnull', False), ('parked_for__in', ['crashed', 'failed', 'left'])), _connector='OR'), name='oversight_delivery_parked_for_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('holder', 'checkpoint'), name='oversight_delivery_once'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('sent_at', None), models.Q(('lease_until', None), ('parked_at', None)), _connector='OR'), name='oversight_delivery_sent_is_settled'),
        ),
        migrations.AddIndex(
            model_name='look',
            index=models.Index(fields=['agency', 'seq'], name='oversight_look_at_entry'),
        ),
        Protect(
            "oversight_holder",
            see="agency_id = {agency}",
            web="SELECT",
            worker="SELECT, UPDATE (owed_until)",
        ),
        Protect(
            "oversight_delivery",
            see="false",
            web="",
            worker="SELECT, INSERT, UPDATE",
        ),
        Protect(
            "oversight_look",
            see="agency_id = {agency}",
            write="agency_id = {agency} AND by_id = {membership}",
            web="SELECT, INSERT",
        ),
        migrations.RunSQL(SEEN, "DROP FUNCTION oversight_seen(uuid)"),
        LetRun("oversight_seen(uuid)", web=True),
    ]
