"""Rules, holds, disposals, tombstones and the ledger."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0003_clients_and_sessions'),
    ]

    operations = [
        migrations.CreateModel(
            name='LedgerLine',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('ended', "An agency's access ended"), ('narrowed', 'An agency lost parts'), ('disposed', 'An agency disposed of its copy'), ('erased', 'A case was erased')], max_length=10)),
                ('case_id', models.UUIDField()),
                ('agency_id', models.BigIntegerField()),
                ('reason', models.CharField(blank=True, max_length=20)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('copied_at', models.DateTimeField(blank=True, null=True)),
                ('replayed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('copied_at', None)), fields=['id'], name='retention_ledger_to_copy')],
            },
        ),
        migrations.CreateModel(
            name='RetentionRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agency_kind', models.CharField(choices=[('police', 'Police force'), ('idva', 'IDVA service'), ('service', 'Support service'), ('council', 'Council'), ('health', 'Health'), ('hub', 'Victim hub'), ('coordinator', 'Coordinators'), ('strategic', 'Strategic group')], max_length=20)),
                ('harm_strand', models.CharField(blank=True, choices=[('domestic_abuse', 'Domestic abuse'), ('sexual_violence', 'Sexual violence'), ('stalking', 'Stalking'), ('harassment', 'Harassment'), ('honour_based_abuse', 'So-called honour-based abuse'), ('forced_marriage', 'Forced marriage'), ('fgm', 'Female genital mutilation'), ('sexual_exploitation', 'Sexual exploitation'), ('sex_work', 'Harm to a sex worker'), ('child_sexual_exploitation', 'Child sexual exploitation'), ('not_known', 'Not sure yet')], max_length=40)),
                ('period', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('months', models.PositiveSmallIntegerField()),
                ('months_with_children', models.PositiveSmallIntegerField()),
                ('basis', models.CharField(max_length=200)),
            ],
            options={
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('agency_kind', '='), ('harm_strand', '='), ('period', '&&')], name='retention_rule_one_version_at_a_time'), models.CheckConstraint(condition=models.Q(('months__gte', 1), ('months_with_children__gte', models.F('months'))), name='retention_rule_children_no_shorter')],
            },
        ),
        migrations.CreateModel(
            name='Tombstone',
            fields=[
                ('case_id', models.UUIDField(primary_key=True, serialize=False)),
                ('references', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), size=None)),
                ('reason', models.CharField(choices=[('time_is_up', 'The time it is kept for is up'), ('their_request', 'They asked for it to be erased'), ('made_in_error', 'It should never have been recorded')], max_length=20)),
                ('erased_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
            ],
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('case_id', models.UUIDField()),
                ('reference', models.CharField(max_length=12)),
                ('kind', models.CharField(choices=[('legal', 'Court proceedings, or a claim'), ('death_review', 'A domestic abuse related death review'), ('inquiry', 'An inquiry, or a complaint'), ('safeguarding', 'Somebody is still at risk')], max_length=20)),
                ('placed_at', models.DateTimeField()),
                ('review_on', models.DateField()),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('lifted_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('lifted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('placed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('lifted_at', None), ('lifted_by', None)), models.Q(('lifted_at__isnull', False), ('lifted_by__isnull', False)), _connector='OR'), name='retention_hold_lifted_by_somebody'), models.UniqueConstraint(condition=models.Q(('lifted_at', None)), fields=('case_id', 'agency', 'kind'), name='retention_hold_once_a_kind')],
            },
        ),
        migrations.CreateModel(
            name='Disposal',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('case_id', models.UUIDField()),
                ('reference', models.CharField(max_length=12)),
                ('reason', models.CharField(choices=[('time_is_up', 'The time it is kept for is up'), ('their_request', 'They asked for it to be erased'), ('made_in_error', 'It should never have been recorded')], max_length=20)),
                ('asked_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('is_approved', models.BooleanField(blank=True, null=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('was_last', models.BooleanField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('rule', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='retention.retentionrule')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('answered_by', None), ('is_approved', None)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), ('is_approved__isnull', False)), _connector='OR'), name='retention_disposal_answered_whole'), models.CheckConstraint(condition=models.Q(('answered_by', None), models.Q(('answered_by', models.F('asked_by')), _negated=True), _connector='OR'), name='retention_disposal_second_person'), models.CheckConstraint(condition=models.Q(models.Q(('done_at', None), ('was_last', None)), models.Q(('done_at__isnull', False), ('is_approved', True), ('was_last__isnull', False)), _connector='OR'), name='retention_disposal_done_was_approved'), models.CheckConstraint(condition=models.Q(models.Q(('reason', 'time_is_up'), _negated=True), ('rule__isnull', False), _connector='OR'), name='retention_disposal_by_a_rule_or_a_reason'), models.UniqueConstraint(condition=models.Q(('answered_at', None)), fields=('case_id', 'agency'), name='retention_disposal_asked_once')],
            },
        ),
    ]
