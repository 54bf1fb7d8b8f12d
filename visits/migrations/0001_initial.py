"""The tables of the follow-up."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0003_clients_and_sessions'),
        ('referrals', '0002_second_lock'),
    ]

    operations = [
        BtreeGistExtension(),  # lets an exclusion constraint compare ids beside ranges
        migrations.CreateModel(
            name='Programme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area_code', models.CharField(choices=[('E06000006', 'Halton'), ('E08000011', 'Knowsley'), ('E08000012', 'Liverpool'), ('E08000014', 'Sefton'), ('E08000013', 'St Helens'), ('E08000015', 'Wirral')], max_length=9)),
                ('period', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('is_joined', models.BooleanField()),
                ('target_hours', models.PositiveSmallIntegerField(default=24)),
                ('desk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
            ],
        ),
        migrations.CreateModel(
            name='FollowUp',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('visit_ended_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('code_due_at', models.DateTimeField()),
                ('contacted_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('done', 'Done'), ('not_in', 'Not in'), ('declined', 'They declined the visit'), ('unsafe', 'Not safe to go'), ('aborted', 'Broken off'), ('rearranged', 'Rearranged')], max_length=20)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('referral', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='follow_up', to='referrals.referral')),
                ('referring_agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('programme', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='visits.programme')),
            ],
        ),
        migrations.CreateModel(
            name='Rung',
            fields=[
                ('available_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('crashes', models.PositiveSmallIntegerField(default=0)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('parked_at', models.DateTimeField(blank=True, null=True)),
                ('parked_for', models.CharField(blank=True, choices=[('crashed', 'Workers died over it'), ('failed', 'Tried too often'), ('left', 'The recipient has left')], max_length=10)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('nobodys', 'Twelve hours left and nobody has taken it'), ('four_hours', 'Four hours left'), ('one_hour', 'One hour left'), ('due', 'The time is up'), ('late', 'One hour late')], max_length=20)),
                ('due_at', models.DateTimeField()),
                ('fired_at', models.DateTimeField(blank=True, null=True)),
                ('told', models.PositiveSmallIntegerField(default=0)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('follow_up', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rungs', to='visits.followup')),
            ],
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('visit', 'Visit'), ('call', 'Call')], max_length=10)),
                ('venue', models.CharField(choices=[('home', 'Where they are staying'), ('our_office', 'Our office'), ('partner_office', "A partner agency's office"), ('police_station', 'Police station'), ('health_setting', 'Hospital, surgery or clinic'), ('school', 'School or college'), ('public_place', 'Public place'), ('phone', 'By phone')], max_length=20)),
                ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('outside_reason', models.CharField(blank=True, max_length=30)),
                ('status', models.CharField(choices=[('booked', 'Booked'), ('ended', 'Ended'), ('cancelled', 'Cancelled')], default='booked', max_length=10)),
                ('outcome', models.CharField(blank=True, choices=[('done', 'Done'), ('not_in', 'Not in'), ('declined', 'They declined the visit'), ('unsafe', 'Not safe to go'), ('aborted', 'Broken off'), ('rearranged', 'Rearranged')], max_length=20)),
                ('booked_at', models.DateTimeField()),
                ('adviser', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('booked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('follow_up', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='visits', to='visits.followup')),
                ('instead_of', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rebooked_as', to='visits.visit')),
                ('second_worker', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
            ],
        ),
        migrations.CreateModel(
            name='VisitWorker',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('is_booked', models.BooleanField(default=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='workers', to='visits.visit')),
            ],
        ),
        migrations.CreateModel(
            name='ContactAttempt',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('channel', models.CharField(choices=[('phone_call', 'Phone call'), ('withheld_call', 'Phone call from a withheld number'), ('voicemail', 'Voicemail'), ('text', 'Text message'), ('video_call', 'Video call'), ('email', 'Email'), ('letter', 'Letter'), ('visit', 'Visit'), ('safe_person', 'Through somebody they trust')], max_length=20)),
                ('outcome', models.CharField(choices=[('spoke', 'Spoke to them'), ('no_reply', 'No reply'), ('unsafe_to_leave_message', 'No reply, not safe to leave a message'), ('wrong_number', 'Wrong number'), ('somebody_else_answered', 'Somebody else answered'), ('no_safe_contact', 'No safe contact details'), ('declined', 'They declined support'), ('letter_unsafe', 'A letter would not be safe'), ('too_dangerous', 'Suspended: too dangerous to try'), ('returned', 'Returned to the referrer')], max_length=30)),
                ('in_safe_time', models.BooleanField()),
                ('outside_reason', models.CharField(blank=True, max_length=30)),
                ('message_left', models.BooleanField(default=False)),
                ('recorded_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('follow_up', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attempts', to='visits.followup')),
            ],
            options={
                'ordering': ['-at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('in_safe_time', True), models.Q(('outside_reason', ''), _negated=True), ('outcome__in', ['no_safe_contact', 'somebody_else_answered', 'too_dangerous']), _connector='OR'), name='visits_attempt_outside_safe_time_says_why')],
            },
        ),
        migrations.AddConstraint(
            model_name='programme',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('area_code', '='), ('period', '&&')], name='visits_programme_one_version_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='programme',
            constraint=models.CheckConstraint(condition=models.Q(('target_hours__gte', 1), ('target_hours__lte', 168)), name='visits_programme_target_within_a_week'),
        ),
        migrations.AddIndex(
            model_name='followup',
            index=models.Index(condition=models.Q(('ended_at', None)), fields=['agency', 'due_at', 'id'], name='visits_followup_desk'),
        ),
        migrations.AddConstraint(
            model_name='followup',
            constraint=models.CheckConstraint(condition=models.Q(('due_at__gt', models.F('visit_ended_at'))), name='visits_followup_due_after_the_visit'),
        ),
        migrations.AddConstraint(
            model_name='followup',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('outcome', '')), models.Q(('ended_at__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='visits_followup_ended_says_how'),
        ),
        migrations.AddIndex(
            model_name='rung',
            index=models.Index(condition=models.Q(('fired_at', None), ('parked_at', None)), fields=['available_at', 'id'], name='visits_rung_to_fire'),
        ),
        migrations.AddConstraint(
            model_name='rung',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('parked_at', None), ('parked_for', '')), models.Q(('lease_until', None), ('parked_at__isnull', False), ('parked_for__in', ['crashed', 'failed', 'left'])), _connector='OR'), name='visits_rung_parked_for_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='rung',
            constraint=models.UniqueConstraint(fields=('follow_up', 'kind'), name='visits_rung_once'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(fields=['agency', 'status'], name='visits_visit_agenda'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.CheckConstraint(condition=models.Q(('second_worker', None), models.Q(('second_worker', models.F('adviser')), _negated=True), _connector='OR'), name='visits_visit_two_different_workers'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'booked')), fields=('follow_up',), name='visits_visit_one_booked_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='visitworker',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('is_booked', True)), expressions=[('membership', '='), ('during', '&&')], name='visits_visitworker_in_one_place'),
        ),
    ]
