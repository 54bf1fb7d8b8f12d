"""Pauses, clocks moved, reasons for lateness, and what changed outside."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from tenancy.operations import Protect

OURS = "agency_id = {agency}"
OF_OUR_FOLLOW_UP = (
    "agency_id = {agency} AND EXISTS ("
    "SELECT 1 FROM visits_followup f WHERE f.id = follow_up_id AND f.agency_id = {agency})"
)
TO_WHOM_IT_IS_OWED = (
    "EXISTS (SELECT 1 FROM referrals_referral r"
    " WHERE r.id = referral_id AND r.receiving_agency_id = agency_id)"
)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_clients_and_sessions'),
        ('referrals', '0003_list_indexes'),
        ('visits', '0007_handed_on'),
    ]

    operations = [
        migrations.CreateModel(
            name='Lateness',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('clock', models.CharField(choices=[('contact', 'Contact'), ('visit', 'Visit'), ('code', 'Victims’ Code')], max_length=10)),
                ('reason', models.CharField(choices=[('not_safe_to_try', 'It was not safe to try'), ('no_safe_time_before_deadline', 'There was no safe time before the deadline'), ('not_reached', 'We tried in time and did not reach them'), ('they_asked_for_later', 'They asked for a later time'), ('no_worker', 'Nobody was free to go or to call'), ('no_second_worker', 'No second worker was free'), ('referral_late', 'The referral reached us late'), ('wrong_details', 'The contact details were wrong or missing'), ('system_down', 'This system was down'), ('overlooked', 'It was overlooked')], max_length=30)),
                ('at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('follow_up', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='latenesses', to='visits.followup')),
            ],
            options={
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ChangeOfCircumstance',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('released', 'Released from custody without conditions'), ('released_on_bail', 'Released on bail'), ('bail_changed', 'Bail conditions changed'), ('bail_ended', 'Bail ended'), ('whereabouts_unknown', 'Wanted, or whereabouts not known')], max_length=30)),
                ('happened_at', models.DateTimeField()),
                ('at', models.DateTimeField()),
                ('dealt_with_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('dealt_with_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='referrals.referral')),
                ('reported_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
            ],
            options={
                'ordering': ['at', 'id'],
                'indexes': [models.Index(condition=models.Q(('dealt_with_at', None)), fields=['agency', 'referral'], name='visits_change_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('dealt_with_at', None), ('dealt_with_by', None)), models.Q(('dealt_with_at__gte', models.F('at')), ('dealt_with_by__isnull', False)), _connector='OR'), name='visits_changeofcircumstance_dealt_with_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='ClockChange',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('resumed', 'Resumed after a pause'), ('rebased', 'Set anew from the policy in force')], max_length=10)),
                ('reason', models.CharField(choices=[('no_safe_way', 'No safe way to be in touch is known'), ('not_alone', 'The alleged perpetrator is with them'), ('they_asked', 'They asked not to be contacted for now, to stay safe'), ('too_unwell', 'They are in hospital or too unwell to talk'), ('police_asked', 'The police asked us to wait, to keep them safe'), ('policy_changed', 'The area’s policy changed and this should follow it'), ('area_joined', 'The area has joined the programme'), ('set_wrongly', 'The policy had been set wrongly')], max_length=30)),
                ('old_due_at', models.DateTimeField()),
                ('new_due_at', models.DateTimeField()),
                ('old_visit_from_at', models.DateTimeField()),
                ('new_visit_from_at', models.DateTimeField()),
                ('old_visit_by_at', models.DateTimeField()),
                ('new_visit_by_at', models.DateTimeField()),
                ('at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('follow_up', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clock_changes', to='visits.followup')),
                ('programme', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='visits.programme')),
            ],
            options={
                'ordering': ['at', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', 'resumed'), ('programme', None), ('reason__in', ['no_safe_way', 'not_alone', 'they_asked', 'too_unwell', 'police_asked'])), models.Q(('kind', 'rebased'), ('reason__in', ['policy_changed', 'area_joined', 'set_wrongly'])), _connector='OR'), name='visits_clockchange_reason_fits_its_kind')],
            },
        ),
        migrations.CreateModel(
            name='Pause',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('reason', models.CharField(choices=[('no_safe_way', 'No safe way to be in touch is known'), ('not_alone', 'The alleged perpetrator is with them'), ('they_asked', 'They asked not to be contacted for now, to stay safe'), ('too_unwell', 'They are in hospital or too unwell to talk'), ('police_asked', 'The police asked us to wait, to keep them safe')], max_length=30)),
                ('review_at', models.DateTimeField()),
                ('at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('follow_up', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pauses', to='visits.followup')),
            ],
            options={
                'ordering': ['at', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('follow_up',), name='visits_pause_one_at_a_time'), models.CheckConstraint(condition=models.Q(('review_at__gt', models.F('at'))), name='visits_pause_is_reviewed_later'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='visits_pause_ended_by_somebody')],
            },
        ),
        Protect("visits_pause", see=OURS, write=OF_OUR_FOLLOW_UP, web="SELECT, INSERT, UPDATE"),
        Protect("visits_clockchange", see=OURS, write=OF_OUR_FOLLOW_UP, web="SELECT, INSERT"),
        Protect("visits_lateness", see=OURS, write=OF_OUR_FOLLOW_UP, web="SELECT, INSERT"),
        # A reporter adds what it reports; only who owes the follow-up says that it is dealt with.
        Protect(
            "visits_changeofcircumstance",
            see="{agency} IN (agency_id, reported_by_id)",
            write="(reported_by_id = {agency} OR (agency_id = {agency}"
            f" AND dealt_with_at IS NOT NULL)) AND {TO_WHOM_IT_IS_OWED}",
            change=OURS,
            web="SELECT, INSERT, UPDATE",
        ),
    ]
