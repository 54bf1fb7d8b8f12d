"""Break-glass: for an hour somebody reads a case of their agency that is in other hands.

The second lock lets nobody write a row in which they have no seat of their own.
"""

import datetime
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import uuid
from importlib import import_module
from django.db import migrations, models

from tenancy.operations import KeepOut, Protect


conflicts = import_module("referrals.migrations.0011_conflicts")


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_clients_and_sessions'),
        ('referrals', '0011_conflicts'),
    ]

    operations = [
        migrations.CreateModel(
            name='BreakGlass',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('compartments', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None)),
                ('reason', models.CharField(choices=[('danger_now', 'Somebody is in danger now'), ('worker_away', 'Whoever has the case cannot be reached'), ('emergency_services', 'The police, an ambulance or a hospital asks now'), ('they_are_here', 'They are here, or on the telephone, and cannot wait')], max_length=20)),
                ('asked_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('is_approved', models.BooleanField(blank=True, null=True)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('review_due_at', models.DateTimeField(blank=True, null=True)),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('reviewed_at', models.DateTimeField(blank=True, null=True)),
                ('finding', models.CharField(blank=True, choices=[('was_right', 'It was right'), ('was_wrong', 'It should not have happened')], max_length=20)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='referrals.case')),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='glasses', to='referrals.referral')),
                ('reviewed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('is_approved', True), ('reviewed_at', None)), fields=['review_due_at', 'id'], name='referrals_breakglass_review'), models.Index(condition=models.Q(('answered_at', None)), fields=['agency', 'asked_at'], name='referrals_breakglass_waits')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('answered_by', None), ('is_approved', None)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), ('is_approved__isnull', False)), _connector='OR'), name='referrals_breakglass_answered_whole'), models.CheckConstraint(condition=models.Q(('answered_by', None), models.Q(('answered_by', models.F('asked_by')), _negated=True), _connector='OR'), name='referrals_breakglass_second_person'), models.CheckConstraint(condition=models.Q(models.Q(('expires_at', None), ('review_due_at', None), models.Q(('is_approved', True), _negated=True)), models.Q(('expires_at__gt', models.F('answered_at')), ('expires_at__lte', django.db.models.expressions.CombinedExpression(models.F('answered_at'), '+', models.Value(datetime.timedelta(seconds=3600)))), ('is_approved', True), ('review_due_at__gt', models.F('answered_at'))), _connector='OR'), name='referrals_breakglass_an_hour_at_most'), models.CheckConstraint(condition=models.Q(models.Q(('finding', ''), ('reviewed_at', None), ('reviewed_by', None)), models.Q(('reviewed_at__isnull', False), ('reviewed_by__isnull', False), models.Q(('finding', ''), _negated=True)), _connector='OR'), name='referrals_breakglass_reviewed_whole'), models.CheckConstraint(condition=models.Q(('reviewed_by', None), models.Q(('is_approved', True), models.Q(('reviewed_by', models.F('asked_by')), _negated=True), models.Q(('reviewed_by', models.F('answered_by')), _negated=True)), _connector='OR'), name='referrals_breakglass_third_person'), models.CheckConstraint(condition=models.Q(('compartments__len__gt', 0)), name='referrals_breakglass_of_some_part')],
            },
        ),
        Protect(
            "referrals_breakglass",
            see="agency_id = {agency}",
            write="agency_id = {agency} AND {membership} IN (asked_by_id, answered_by_id, reviewed_by_id)",
            change="agency_id = {agency}",
            web="""SELECT, INSERT, UPDATE (answered_by_id, answered_at, is_approved, expires_at,
                review_due_at, reviewed_by_id, reviewed_at, finding)""",
            worker="SELECT, UPDATE (reminded_at)",
        ),
        KeepOut("referrals_breakglass", f"case_id {conflicts.NOT_THEIRS}"),
    ]
