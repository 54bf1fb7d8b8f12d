"""Going out: the check before it, the buddy, what happened, and the workers' own words."""

import django.db.models.deletion
import uuid
from django.db import migrations, models

from tenancy.operations import Protect

OURS = "agency_id = {agency}"
IN_OWN_NAME = f"{OURS} AND by_id = {{membership}}"
OWN = f"{OURS} AND membership_id = {{membership}}"

class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_clients_and_sessions'),
        ('visits', '0014_bookings_that_stay'),
    ]

    operations = [
        migrations.CreateModel(
            name='DuressWord',
            fields=[
                ('membership', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='accounts.membership')),
                ('hashed', models.CharField(max_length=200)),
                ('set_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
            ],
        ),
        migrations.CreateModel(
            name='Outing',
            fields=[
                ('visit', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='outing', serialize=False, to='visits.visit')),
                ('starts_at', models.DateTimeField()),
                ('began_at', models.DateTimeField(blank=True, null=True)),
                ('expected_end_at', models.DateTimeField(blank=True, null=True)),
                ('extensions', models.PositiveSmallIntegerField(default=0)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_how', models.CharField(blank=True, choices=[('back', 'Checked out'), ('aborted', 'Broken off'), ('found_safe', 'Found safe'), ('called_off', 'Did not go')], max_length=20)),
                ('duress_at', models.DateTimeField(blank=True, null=True)),
                ('duress_answered_at', models.DateTimeField(blank=True, null=True)),
                ('adviser', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('buddy', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('second_worker', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('ended_at', None), models.Q(('duress_answered_at', None), ('duress_at__isnull', False)), _connector='OR'), fields=['agency', 'starts_at'], name='visits_outing_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('began_at', None), ('expected_end_at', None)), models.Q(('began_at__isnull', False), ('buddy__isnull', False), ('expected_end_at__gt', models.F('began_at'))), _connector='OR'), name='visits_outing_begun_has_a_buddy_and_an_end'), models.CheckConstraint(condition=models.Q(('buddy', None), models.Q(models.Q(('buddy', models.F('adviser')), _negated=True), models.Q(('second_worker', None), models.Q(('buddy', models.F('second_worker')), _negated=True), _connector='OR')), _connector='OR'), name='visits_outing_buddy_stays_behind'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_how', '')), models.Q(('ended_at__isnull', False), models.Q(('ended_how', ''), _negated=True)), _connector='OR'), name='visits_outing_ended_says_how'), models.CheckConstraint(condition=models.Q(('began_at__isnull', False), models.Q(('ended_how__in', ['back', 'aborted']), _negated=True), _connector='OR'), name='visits_outing_nobody_comes_back_who_did_not_go'), models.CheckConstraint(condition=models.Q(('extensions__lte', 4)), name='visits_outing_extended_so_many_times'), models.CheckConstraint(condition=models.Q(('duress_answered_at', None), models.Q(('duress_answered_at__gte', models.F('duress_at')), ('duress_at__isnull', False)), _connector='OR'), name='visits_outing_duress_before_its_answer')],
            },
        ),
        migrations.CreateModel(
            name='SafetyEvent',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('began', 'Left'), ('extended', 'Will be later'), ('back', 'Checked out'), ('aborted', 'Broke the visit off'), ('called_off', 'Did not go'), ('duress', 'Duress word'), ('answered', 'Alarm answered')], max_length=20)),
                ('at', models.DateTimeField()),
                ('expected_end_at', models.DateTimeField(blank=True, null=True)),
                ('finding', models.CharField(blank=True, choices=[('back_safe', 'They are back, and safe'), ('still_out', 'Spoke to them: safe, and still out'), ('not_going', 'They did not go'), ('going_there', 'Somebody is going there'), ('called_police', 'Rang 999'), ('no_answer', 'Tried, no answer yet')], max_length=20)),
                ('reason', models.CharField(blank=True, choices=[('not_safe', 'It is not safe'), ('refused', 'I do not want to go'), ('rearranged', 'It is rearranged'), ('not_needed', 'No longer needed')], max_length=20)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='safety_events', to='visits.visit')),
            ],
            options={
                'indexes': [models.Index(fields=['visit', 'at'], name='visits_safetyevent_of_visit')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', 'answered'), models.Q(('finding', ''), _negated=True)), models.Q(models.Q(('kind', 'answered'), _negated=True), ('finding', '')), _connector='OR'), name='visits_safetyevent_answer_says_what_was_found'), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['began', 'extended']), _negated=True), ('expected_end_at__isnull', False), _connector='OR'), name='visits_safetyevent_says_until_when'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'called_off'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='visits_safetyevent_not_going_says_why')],
            },
        ),
        migrations.CreateModel(
            name='VisitCheck',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('hazards', models.CharField(choices=[('none', 'None known'), ('some', 'Some known'), ('unknown', 'Not known')], max_length=10)),
                ('whereabouts', models.CharField(choices=[('in_custody', 'In custody'), ('elsewhere', 'Known to be somewhere else'), ('near', 'At or near the place'), ('not_known', 'Not known')], max_length=20)),
                ('source', models.CharField(blank=True, choices=[('police', 'Police'), ('prison', 'Prison or court'), ('probation', 'Probation'), ('person', 'The person we support'), ('other_agency', 'Another agency')], max_length=20)),
                ('whereabouts_at', models.DateTimeField(blank=True, null=True)),
                ('good_until', models.DateTimeField()),
                ('needs_second_worker', models.BooleanField()),
                ('is_refused', models.BooleanField(default=False)),
                ('decision', models.CharField(choices=[('go', 'Go'), ('with_second', 'Go with a second worker'), ('elsewhere', 'Meet somewhere else'), ('do_not_go', 'Do not go')], max_length=20)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='visits.visit')),
            ],
            options={
                'indexes': [models.Index(fields=['visit', '-at'], name='visits_visitcheck_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('source', ''), ('whereabouts', 'not_known'), ('whereabouts_at', None)), models.Q(models.Q(('whereabouts', 'not_known'), _negated=True), models.Q(('source', ''), _negated=True), ('whereabouts_at__isnull', False), ('whereabouts_at__lte', models.F('at'))), _connector='OR'), name='visits_visitcheck_whereabouts_say_who_and_when'), models.CheckConstraint(condition=models.Q(('is_refused', False), models.Q(('decision', 'go'), _negated=True), _connector='OR'), name='visits_visitcheck_nobody_goes_who_refused'), models.CheckConstraint(condition=models.Q(('good_until__gt', models.F('at'))), name='visits_visitcheck_is_good_for_a_while')],
            },
        ),
        Protect("visits_visitcheck", see=OURS, write=IN_OWN_NAME, web="SELECT, INSERT"),
        Protect(
            "visits_outing",
            see=OURS,
            write=OURS,
            web="SELECT, INSERT, UPDATE (buddy_id, began_at, expected_end_at, extensions,"
            " ended_at, ended_how, duress_at, duress_answered_at)",
            worker="SELECT",
        ),
        Protect("visits_safetyevent", see=OURS, write=IN_OWN_NAME, web="SELECT, INSERT"),
        Protect("visits_duressword", see=OWN, write=OWN, web="SELECT, INSERT, UPDATE"),
    ]
