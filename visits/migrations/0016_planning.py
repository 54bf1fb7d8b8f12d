"""Plans, what a visit needs, and who must not go: the agency's own, and nothing in words."""

import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.db import migrations, models

from tenancy.operations import Protect, ProtectAnew

OURS = "agency_id = {agency}"
OF_OUR_FOLLOW_UP = (
    f"{OURS} AND EXISTS (SELECT 1 FROM visits_followup f"
    " WHERE f.id = follow_up_id AND f.agency_id = {agency})"
)
OF_OUR_PEOPLE = (
    f"{OF_OUR_FOLLOW_UP} AND EXISTS (SELECT 1 FROM accounts_membership m"
    " WHERE m.id = membership_id AND m.agency_id = {agency})"
)
ASKED_BY_US = (
    f"{OURS} AND EXISTS (SELECT 1 FROM accounts_membership m"
    " WHERE m.id = asked_by_id AND m.agency_id = {agency})"
)


def _seen_by_the_worker(table, changed):
    """The worker plans round what is booked, so it may look."""
    web = f"SELECT, INSERT, UPDATE ({changed})"
    before = Protect(table, see=OURS, write=OURS, web=web)
    after = Protect(table, see=OURS, write=OURS, web=web, worker="SELECT")
    return ProtectAnew(before, after)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_clients_and_sessions'),
        ('visits', '0015_going_out'),
    ]

    operations = [
        migrations.CreateModel(
            name='PlanRun',
            fields=[
                ('available_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('crashes', models.PositiveSmallIntegerField(default=0)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('parked_at', models.DateTimeField(blank=True, null=True)),
                ('parked_for', models.CharField(blank=True, choices=[('crashed', 'Workers died over it'), ('failed', 'Tried too often'), ('left', 'The recipient has left')], max_length=10)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('asked_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('asked', 'Waiting to be worked out'), ('running', 'Being worked out'), ('done', 'Done'), ('failed', 'Failed')], default='asked', max_length=10)),
                ('planned_at', models.DateTimeField(blank=True, null=True)),
                ('solved_ms', models.PositiveIntegerField(blank=True, null=True)),
                ('is_proven', models.BooleanField(default=False)),
                ('without_rota', models.BooleanField(default=False)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
            ],
        ),
        migrations.CreateModel(
            name='NotPlaced',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('why', models.JSONField(default=list)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('follow_up', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='visits.followup')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='not_placed', to='visits.planrun')),
            ],
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('is_late', models.BooleanField(default=False)),
                ('why', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('confirmed', 'Confirmed'), ('changed', 'Booked otherwise'), ('refused', 'Refused'), ('overtaken', 'Overtaken: somebody was booked elsewhere meanwhile')], default='proposed', max_length=10)),
                ('refused_for', models.CharField(blank=True, choices=[('other_adviser', 'Somebody else should go'), ('other_time', 'Not at this time'), ('not_so', 'Not this person at this time')], max_length=20)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('adviser', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('follow_up', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='visits.followup')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='visits.planrun')),
                ('second_worker', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
            ],
        ),
        migrations.CreateModel(
            name='VisitNeeds',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('language', models.CharField(blank=True, choices=[('sq', 'Albanian'), ('am', 'Amharic'), ('ar', 'Arabic'), ('bn', 'Bengali'), ('bfi', 'British Sign Language'), ('bg', 'Bulgarian'), ('yue', 'Cantonese'), ('hr', 'Croatian'), ('cs', 'Czech'), ('prs', 'Dari'), ('en', 'English'), ('fr', 'French'), ('de', 'German'), ('el', 'Greek'), ('gu', 'Gujarati'), ('ha', 'Hausa'), ('hi', 'Hindi'), ('hu', 'Hungarian'), ('ig', 'Igbo'), ('it', 'Italian'), ('ku', 'Kurdish'), ('lv', 'Latvian'), ('lt', 'Lithuanian'), ('ml', 'Malayalam'), ('cmn', 'Mandarin'), ('ps', 'Pashto'), ('fa', 'Persian (Farsi)'), ('pl', 'Polish'), ('pt', 'Portuguese'), ('pa', 'Punjabi'), ('ro', 'Romanian'), ('ru', 'Russian'), ('sn', 'Shona'), ('sk', 'Slovak'), ('so', 'Somali'), ('es', 'Spanish'), ('sw', 'Swahili'), ('syl', 'Sylheti'), ('ta', 'Tamil'), ('ti', 'Tigrinya'), ('tr', 'Turkish'), ('uk', 'Ukrainian'), ('ur', 'Urdu'), ('vi', 'Vietnamese'), ('cy', 'Welsh'), ('yo', 'Yoruba')], max_length=10)),
                ('language_is_must', models.BooleanField(default=False)),
                ('gender', models.CharField(blank=True, choices=[('woman', 'Woman'), ('man', 'Man'), ('not_said', 'Other, or not said')], max_length=10)),
                ('gender_is_must', models.BooleanField(default=False)),
                ('specialisms', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('harmful_practices', 'Harmful practices'), ('sexual_violence', 'Sexual violence'), ('sex_work', 'Sex work'), ('young_people', 'Young people')], max_length=30), default=list, size=None)),
                ('minutes', models.PositiveSmallIntegerField(default=60)),
                ('set_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('follow_up', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='needs', to='visits.followup')),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
            ],
        ),
        migrations.CreateModel(
            name='Conflict',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('declared_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('declared_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('follow_up', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conflicts', to='visits.followup')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('follow_up', 'membership'), name='visits_conflict_declared_once')],
            },
        ),
        migrations.AddIndex(
            model_name='planrun',
            index=models.Index(fields=['agency', '-asked_at'], name='visits_planrun_newest'),
        ),
        migrations.AddConstraint(
            model_name='planrun',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('parked_at', None), ('parked_for', '')), models.Q(('lease_until', None), ('parked_at__isnull', False), ('parked_for__in', ['crashed', 'failed', 'left'])), _connector='OR'), name='visits_planrun_parked_for_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='planrun',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['asked', 'running'])), fields=('agency',), name='visits_planrun_one_waits'),
        ),
        migrations.AddConstraint(
            model_name='planrun',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('planned_at__isnull', False), ('solved_ms__isnull', False), ('state', 'done')), models.Q(models.Q(('state', 'done'), _negated=True), ('planned_at', None), ('solved_ms', None)), _connector='OR'), name='visits_planrun_done_says_when'),
        ),
        migrations.AddConstraint(
            model_name='notplaced',
            constraint=models.UniqueConstraint(fields=('run', 'follow_up'), name='visits_notplaced_once_a_run'),
        ),
        migrations.AddIndex(
            model_name='proposal',
            index=models.Index(fields=['follow_up', 'state'], name='visits_proposal_before'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.UniqueConstraint(fields=('run', 'follow_up'), name='visits_proposal_one_a_run'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(('second_worker', None), models.Q(('second_worker', models.F('adviser')), _negated=True), _connector='OR'), name='visits_proposal_two_different_workers'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('refused_for__in', ['other_adviser', 'other_time', 'not_so']), ('state', 'refused')), models.Q(models.Q(('state', 'refused'), _negated=True), ('refused_for', '')), _connector='OR'), name='visits_proposal_refused_says_why'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('state', 'proposed')), models.Q(models.Q(('state', 'proposed'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='visits_proposal_decided_says_who'),
        ),
        migrations.AddConstraint(
            model_name='visitneeds',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__gte', 5), ('minutes__lte', 240)), name='visits_visitneeds_minutes_of_a_visit'),
        ),
        migrations.AddConstraint(
            model_name='visitneeds',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('language_is_must', False), models.Q(('language', ''), _negated=True), _connector='OR'), models.Q(('gender_is_must', False), models.Q(('gender', ''), _negated=True), _connector='OR')), name='visits_visitneeds_must_says_what'),
        ),
        migrations.AddConstraint(
            model_name='visitneeds',
            constraint=models.CheckConstraint(condition=models.Q(('specialisms__contained_by', ['harmful_practices', 'sex_work', 'sexual_violence', 'young_people'])), name='visits_visitneeds_known_specialisms'),
        ),
        Protect(
            "visits_visitneeds", see=OURS, write=OF_OUR_FOLLOW_UP,
            web="SELECT, INSERT, UPDATE", worker="SELECT",
        ),
        Protect(
            "visits_conflict", see=OURS, write=OF_OUR_PEOPLE,
            web="SELECT, INSERT, DELETE", worker="SELECT",
        ),
        Protect(
            "visits_planrun", see=OURS, write=ASKED_BY_US,
            web="SELECT, INSERT", worker="SELECT, UPDATE",
        ),
        Protect(
            "visits_proposal", see=OURS, write=OF_OUR_FOLLOW_UP,
            web="SELECT, UPDATE", worker="SELECT, INSERT",
        ),
        Protect("visits_notplaced", see=OURS, web="SELECT", worker="SELECT, INSERT"),
        _seen_by_the_worker(
            "visits_visit", "status, outcome, cancelled_at, cancel_reason"
        ),
        _seen_by_the_worker("visits_visitworker", "is_booked"),
    ]
