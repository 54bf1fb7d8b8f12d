"""What came of it and why, and her view on prosecution: the agency's own, only added to."""

import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.db import migrations, models

from tenancy.operations import Protect


OURS = "agency_id = {agency}"
OF_OURS = "EXISTS (SELECT 1 FROM visits_followup f WHERE f.id = follow_up_id AND f.agency_id = {agency})"
ONLY_ADDED = """
CREATE TRIGGER {table}_only_added BEFORE UPDATE ON {table}
    FOR EACH ROW EXECUTE FUNCTION referrals_refuse_rewriting();
"""
UNDO = "DROP TRIGGER {table}_only_added ON {table};"
TABLES = ("visits_outcome", "visits_prosecutionview")


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_clients_and_sessions'),
        ('referrals', '0006_route'),
        ('visits', '0009_demand'),
    ]

    operations = [
        migrations.AlterField(
            model_name='followup',
            name='outcome',
            field=models.CharField(blank=True, choices=[('done', 'Done'), ('contacted', 'Spoke to them, no visit'), ('not_in', 'Not in'), ('declined', 'They declined the visit'), ('unsafe', 'Not safe to go'), ('aborted', 'Broken off'), ('rearranged', 'Rearranged'), ('handed_on', 'Handed on to another agency')], max_length=20),
        ),
        migrations.AlterField(
            model_name='visit',
            name='outcome',
            field=models.CharField(blank=True, choices=[('done', 'Done'), ('contacted', 'Spoke to them, no visit'), ('not_in', 'Not in'), ('declined', 'They declined the visit'), ('unsafe', 'Not safe to go'), ('aborted', 'Broken off'), ('rearranged', 'Rearranged')], max_length=20),
        ),
        migrations.CreateModel(
            name='Outcome',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('outcome', models.CharField(choices=[('done', 'Done'), ('contacted', 'Spoke to them, no visit'), ('not_in', 'Not in'), ('declined', 'They declined the visit'), ('unsafe', 'Not safe to go'), ('aborted', 'Broken off'), ('rearranged', 'Rearranged')], max_length=20)),
                ('reason', models.CharField(blank=True, choices=[('by_phone', 'They want support by phone, no visit'), ('met_elsewhere', 'Met elsewhere, in court or hospital for example'), ('as_planned', 'As planned'), ('in_part', 'Some of it is left for another time'), ('not_now', 'Not now'), ('no_support', 'They want no support'), ('other_support', 'They have other support'), ('afraid', 'They fear what might follow'), ('nobody_there', 'Nobody was there'), ('somebody_else', 'Somebody else was there'), ('moved', 'They do not stay there any more'), ('harmer_there', 'The other person was there or near'), ('hazard', 'A hazard to the worker'), ('advised_not_to', 'Police or manager advised against it'), ('interrupted', 'Somebody came in'), ('they_ended_it', 'They asked to stop'), ('worker_unsafe', 'The worker did not feel safe'), ('emergency', 'An emergency'), ('they_asked', 'They asked for another time'), ('we_could_not', 'We could not keep it')], max_length=20)),
                ('support_wanted', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('idva', 'An independent domestic abuse adviser (IDVA)'), ('isva', 'An independent sexual violence adviser (ISVA)'), ('counselling', 'Counselling'), ('safe_accommodation', 'A refuge or other safe place to live'), ('housing', 'Housing advice'), ('home_security', 'Help to make the home safer'), ('legal', 'Legal advice and protective orders'), ('court', 'Support through police and court'), ('stalking_advocacy', 'Stalking advocacy'), ('harmful_practices', 'Support with harmful practices'), ('sex_worker_support', 'Support for sex workers'), ('young_people', 'Support for young people'), ('children', 'Support for children'), ('health', 'Health care'), ('mental_health', 'Mental health support'), ('drugs_and_alcohol', 'Help with drugs and alcohol'), ('money', 'Help with money and benefits'), ('work_and_learning', 'Help with work and learning')], max_length=40), blank=True, default=list, size=None)),
                ('recorded_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('follow_up', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='outcomes', to='visits.followup')),
            ],
            options={
                'ordering': ['-recorded_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), models.Q(('outcome', 'contacted'), ('reason__in', ['by_phone', 'met_elsewhere'])), models.Q(('outcome', 'done'), ('reason__in', ['as_planned', 'in_part'])), models.Q(('outcome', 'declined'), ('reason__in', ['not_now', 'no_support', 'other_support', 'afraid'])), models.Q(('outcome', 'not_in'), ('reason__in', ['nobody_there', 'somebody_else', 'moved'])), models.Q(('outcome', 'unsafe'), ('reason__in', ['harmer_there', 'hazard', 'advised_not_to'])), models.Q(('outcome', 'aborted'), ('reason__in', ['interrupted', 'they_ended_it', 'worker_unsafe', 'emergency'])), models.Q(('outcome', 'rearranged'), ('reason__in', ['they_asked', 'we_could_not'])), _connector='OR'), name='visits_outcome_reason_is_the_outcomes')],
            },
        ),
        migrations.CreateModel(
            name='ProsecutionView',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('view', models.CharField(choices=[('not_asked', 'Not asked'), ('undecided', 'Undecided'), ('supports', 'Supports it'), ('does_not', 'Does not support it')], max_length=20)),
                ('held_on', models.DateField()),
                ('recorded_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prosecution_views', to='referrals.case')),
            ],
            options={
                'ordering': ['-recorded_at', '-id'],
                'indexes': [models.Index(fields=['case', 'agency', '-recorded_at'], name='visits_prosecutionview_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('view', 'not_asked'), _negated=True), name='visits_prosecutionview_was_asked')],
            },
        ),
        *[
            migrations.RunSQL(ONLY_ADDED.format(table=table), UNDO.format(table=table))
            for table in TABLES
        ],
        Protect("visits_outcome", see=OURS, write=f"{OURS} AND {OF_OURS}", web="SELECT, INSERT"),
        Protect(
            "visits_prosecutionview",
            see=OURS,
            write=f"{OURS} AND referrals_works_on(case_id)",
            web="SELECT, INSERT",
        ),
    ]
