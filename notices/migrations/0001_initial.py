"""What is owed to members, and the turns of the sweeps."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.db import migrations, models

from tenancy.operations import Exempt, Protect


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Tick',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('job', models.CharField(max_length=40)),
                ('slot', models.BigIntegerField()),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('job', 'slot'), name='notices_tick_once_per_slot')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('available_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('crashes', models.PositiveSmallIntegerField(default=0)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('parked_at', models.DateTimeField(blank=True, null=True)),
                ('parked_for', models.CharField(blank=True, choices=[('crashed', 'Workers died over it'), ('failed', 'Tried too often'), ('left', 'The recipient has left')], max_length=10)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=60)),
                ('reference', models.CharField(blank=True, max_length=40)),
                ('dedupe', models.CharField(max_length=200, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('seen_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='accounts.agency')),
                ('recipient', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='accounts.membership')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('parked_at', None), ('sent_at', None)), fields=['available_at', 'id'], name='notices_notice_due'), models.Index(fields=['recipient', '-created_at'], name='notices_notice_of_recipient')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('parked_at', None), ('parked_for', '')), models.Q(('lease_until', None), ('parked_at__isnull', False), ('parked_for__in', ['crashed', 'failed', 'left'])), _connector='OR'), name='notices_notice_parked_for_a_reason'), models.CheckConstraint(condition=models.Q(('kind__regex', '^[a-z][a-z0-9_.]*$'), ('reference__regex', '^[A-Za-z0-9-]*$'), ('dedupe__regex', '^[A-Za-z0-9_.:-]+$')), name='notices_notice_says_only_codes'), models.CheckConstraint(condition=models.Q(('sent_at', None), models.Q(('lease_until', None), ('parked_at', None)), _connector='OR'), name='notices_notice_sent_is_settled')],
            },
        ),
        # Whoever acts may owe a notice to anybody, also to another agency; a member reads their
        # own, and of those may change only whether they have seen them.
        Protect(
            "notices_notice",
            see="recipient_id = {membership} AND agency_id = {agency}",
            write="{kind} IN ('member', 'client')",
            web="SELECT, INSERT, UPDATE (seen_at)",
            worker="SELECT, INSERT, UPDATE",
        ),
        Exempt(
            "notices_tick",
            reason="names of sweeps and times: no agency's",
            web="SELECT",
            worker="SELECT, INSERT, UPDATE, DELETE",
        ),
    ]
