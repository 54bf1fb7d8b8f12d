"""What systems are told: events in order, webhooks, and the calls that are owed to them."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.db import migrations, models

from tenancy.operations import Protect


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0004_administering'),
    ]

    operations = [
        migrations.CreateModel(
            name='EventHead',
            fields=[
                ('agency', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='accounts.agency')),
                ('position', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Hook',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('address', models.CharField(max_length=500)),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('resting_until', models.DateTimeField(blank=True, null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('failed_at', models.DateTimeField(blank=True, null=True)),
                ('last_answer', models.CharField(blank=True, max_length=40)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hooks', to='accounts.membership')),
            ],
        ),
        migrations.CreateModel(
            name='Call',
            fields=[
                ('available_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('crashes', models.PositiveSmallIntegerField(default=0)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('parked_at', models.DateTimeField(blank=True, null=True)),
                ('parked_for', models.CharField(blank=True, choices=[('crashed', 'Workers died over it'), ('failed', 'Tried too often'), ('left', 'The recipient has left')], max_length=10)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('event_id', models.UUIDField()),
                ('kind', models.CharField(choices=[('referral.sent', 'A referral was sent'), ('referral.accepted', 'It was taken or accepted'), ('referral.declined', 'It was declined, with a coded reason'), ('referral.asked', 'More information is asked for'), ('referral.waiting', 'It is on a waiting list'), ('referral.answered', 'What was asked is answered'), ('referral.withdrawn', 'It was taken back'), ('referral.superseded', 'Another referral took its place'), ('referral.closed', 'Work on it has ended'), ('consent.changed', 'What may be shared has changed: read it again'), ('follow_up.changed', 'A visit was booked, tried, held or moved'), ('test', 'Somebody pressed “Send a test”')], max_length=40)),
                ('reference', models.CharField(blank=True, max_length=12)),
                ('occurred_at', models.DateTimeField()),
                ('number', models.BigIntegerField()),
                ('owed_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('last_answer', models.CharField(blank=True, max_length=40)),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('hook', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calls', to='events.hook')),
            ],
        ),
        migrations.CreateModel(
            name='HookSecret',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('sealed', models.BinaryField()),
                ('public_key', models.CharField(max_length=60)),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('hook', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='secrets', to='events.hook')),
            ],
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('referral.sent', 'A referral was sent'), ('referral.accepted', 'It was taken or accepted'), ('referral.declined', 'It was declined, with a coded reason'), ('referral.asked', 'More information is asked for'), ('referral.waiting', 'It is on a waiting list'), ('referral.answered', 'What was asked is answered'), ('referral.withdrawn', 'It was taken back'), ('referral.superseded', 'Another referral took its place'), ('referral.closed', 'Work on it has ended'), ('consent.changed', 'What may be shared has changed: read it again'), ('follow_up.changed', 'A visit was booked, tried, held or moved'), ('test', 'Somebody pressed “Send a test”')], max_length=40)),
                ('reference', models.CharField(max_length=12)),
                ('occurred_at', models.DateTimeField()),
                ('position', models.BigIntegerField(blank=True, null=True)),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('position', None)), fields=['agency', 'occurred_at'], name='events_event_new'), models.Index(fields=['occurred_at'], name='events_event_age')],
                'constraints': [models.UniqueConstraint(fields=('agency', 'position'), name='events_event_in_order'), models.CheckConstraint(condition=models.Q(('kind__in', ['referral.sent', 'referral.accepted', 'referral.declined', 'referral.asked', 'referral.waiting', 'referral.answered', 'referral.withdrawn', 'referral.superseded', 'referral.closed', 'consent.changed', 'follow_up.changed', 'test'])), name='events_event_known_kind')],
            },
        ),
        migrations.AddConstraint(
            model_name='hook',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('client',), name='events_hook_once_a_client'),
        ),
        migrations.AddIndex(
            model_name='call',
            index=models.Index(condition=models.Q(('parked_at', None), ('sent_at', None)), fields=['hook', 'reference', 'number'], name='events_call_due'),
        ),
        migrations.AddConstraint(
            model_name='call',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('parked_at', None), ('parked_for', '')), models.Q(('lease_until', None), ('parked_at__isnull', False), ('parked_for__in', ['crashed', 'failed', 'left'])), _connector='OR'), name='events_call_parked_for_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='call',
            constraint=models.UniqueConstraint(fields=('hook', 'event_id'), name='events_call_once'),
        ),
        migrations.AddConstraint(
            model_name='call',
            constraint=models.CheckConstraint(condition=models.Q(('sent_at', None), models.Q(('lease_until', None), ('parked_at', None)), _connector='OR'), name='events_call_sent_is_settled'),
        ),
        Protect(
            "events_event",
            see="agency_id = {agency}",
            write="{kind} IN ('member', 'client')",
            web="SELECT, INSERT",
            worker="SELECT, UPDATE, DELETE",
        ),
        Protect(
            "events_eventhead",
            see="agency_id = {agency}",
            web="",
            worker="SELECT, INSERT, UPDATE",
        ),
        Protect(
            "events_hook",
            see="agency_id = {agency}",
            write="agency_id = {agency} AND {kind} = 'member'",
            web="SELECT, INSERT, UPDATE",
            worker="SELECT, UPDATE",
        ),
        Protect(
            "events_hooksecret",
            see="agency_id = {agency}",
            write="agency_id = {agency} AND {kind} = 'member'",
            web="SELECT, INSERT, UPDATE",
            worker="SELECT",
        ),
        Protect(
            "events_call",
            see="agency_id = {agency}",
            write="agency_id = {agency} AND {kind} = 'member'",
            web="SELECT, INSERT, UPDATE",
            worker="SELECT, INSERT, UPDATE, DELETE",
        ),
    ]
