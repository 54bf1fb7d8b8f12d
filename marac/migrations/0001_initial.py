"""The tables of the MARAC."""

import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0003_clients_and_sessions'),
        ('referrals', '0004_purpose_of_marac'),
    ]

    operations = [
        migrations.CreateModel(
            name='Listing',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('listed_at', models.DateTimeField()),
                ('left_at', models.DateTimeField(blank=True, null=True)),
                ('left_for', models.CharField(blank=True, choices=[('not_enough_time', 'There was not enough time'), ('agency_absent', 'An agency that is needed was not there'), ('information_missing', 'Information is missing'), ('not_safe_yet', 'Not safe for them yet'), ('meeting_postponed', 'The meeting was postponed'), ('not_met', 'No ground is met'), ('heard_elsewhere', 'Another area hears it'), ('already_listed', 'It is on the list already'), ('agreement_ended', 'Their agreement has ended'), ('referrer_asked', 'The referrer asked for it')], max_length=20)),
                ('heard_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
            ],
            options={
                'ordering': ['listed_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='MaracAction',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(choices=[('safety_plan', 'Safety plan'), ('home_security', 'Make the home safer'), ('housing', 'Housing'), ('mark_address', 'Mark the address for a fast police response'), ('protective_order', 'Protective order'), ('offender_action', 'Action about the alleged perpetrator'), ('children', "Children's social care"), ('adult_care', 'Adult social care'), ('health', 'Health'), ('substance_use', 'Drugs and alcohol'), ('share_information', 'Find out and tell the others'), ('specialist_support', 'Specialist support'), ('other', 'Something else')], max_length=30)),
                ('due_on', models.DateField()),
                ('recorded_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('coordinator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('listing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='actions', to='marac.listing')),
            ],
            options={
                'ordering': ['due_on', 'recorded_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='MaracReferral',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('area_code', models.CharField(choices=[('E06000006', 'Halton'), ('E08000011', 'Knowsley'), ('E08000012', 'Liverpool'), ('E08000014', 'Sefton'), ('E08000013', 'St Helens'), ('E08000015', 'Wirral')], max_length=9)),
                ('grounds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('visible_high_risk', 'Visible high risk'), ('professional_judgement', 'Professional judgement'), ('potential_escalation', 'Potential escalation'), ('repeat', 'Repeat'), ('transfer', 'Transfer from another area')], max_length=30), size=None)),
                ('police_incidents', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('said_repeat', models.CharField(choices=[('yes', 'Yes'), ('no', 'No'), ('not_known', 'Not known')], default='not_known', max_length=10)),
                ('knows', models.CharField(choices=[('yes', 'Yes'), ('no', 'No'), ('not_known', 'Not known')], max_length=10)),
                ('referred_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('end_reason', models.CharField(blank=True, choices=[('not_met', 'No ground is met'), ('heard_elsewhere', 'Another area hears it'), ('already_listed', 'It is on the list already'), ('agreement_ended', 'Their agreement has ended'), ('referrer_asked', 'The referrer asked for it')], max_length=20)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='referrals.case')),
                ('idva_agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('referral', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='marac', to='referrals.referral')),
                ('referred_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('referring_agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('transferred_from', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='marac.maracreferral')),
            ],
        ),
        migrations.AddField(
            model_name='listing',
            name='marac',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='listings', to='marac.maracreferral'),
        ),
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('area_code', models.CharField(choices=[('E06000006', 'Halton'), ('E08000011', 'Knowsley'), ('E08000012', 'Liverpool'), ('E08000014', 'Sefton'), ('E08000013', 'St Helens'), ('E08000015', 'Wirral')], max_length=9)),
                ('held_at', models.DateTimeField()),
                ('held_on', models.DateField()),
                ('closes_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('planned', 'Planned'), ('closed', 'Agenda closed'), ('held', 'Held')], default='planned', max_length=10)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
            ],
            options={
                'ordering': ['held_at', 'id'],
            },
        ),
        migrations.AddField(
            model_name='listing',
            name='meeting',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='listings', to='marac.meeting'),
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('coordinator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='marac.meeting')),
            ],
        ),
        migrations.CreateModel(
            name='RepeatFound',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('found_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('earlier', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='marac.maracreferral')),
                ('marac', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='found', to='marac.maracreferral')),
            ],
        ),
        migrations.CreateModel(
            name='Telling',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('due_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('told', 'They have been told'), ('told_through_others', 'Told through somebody they trust'), ('not_wanted', 'They do not want to be told'), ('not_safe', 'Not safe to tell them')], max_length=20)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('coordinator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('listing', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='telling', to='marac.listing')),
                ('referral', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='referrals.referral')),
            ],
        ),
        migrations.AddIndex(
            model_name='maracreferral',
            index=models.Index(fields=['agency', 'ended_at'], name='marac_referral_of_coordinator'),
        ),
        migrations.AddIndex(
            model_name='maracreferral',
            index=models.Index(fields=['case', '-referred_at'], name='marac_referral_of_case'),
        ),
        migrations.AddConstraint(
            model_name='maracreferral',
            constraint=models.CheckConstraint(condition=models.Q(('grounds__len__gte', 1)), name='marac_referral_has_a_ground'),
        ),
        migrations.AddConstraint(
            model_name='maracreferral',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('grounds__contains', ['potential_escalation']), _negated=True), ('police_incidents__gte', 3), _connector='OR'), name='marac_referral_escalation_is_counted'),
        ),
        migrations.AddConstraint(
            model_name='maracreferral',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('grounds__contains', ['transfer']), _negated=True), ('transferred_from__isnull', True)), models.Q(('grounds__contains', ['transfer']), ('transferred_from__isnull', False)), _connector='OR'), name='marac_referral_transfer_says_from_where'),
        ),
        migrations.AddConstraint(
            model_name='maracreferral',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end_reason', ''), ('ended_at', None)), models.Q(('ended_at__isnull', False), models.Q(('end_reason', ''), _negated=True)), _connector='OR'), name='marac_referral_taken_off_says_why'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.UniqueConstraint(fields=('agency', 'area_code', 'held_on'), name='marac_meeting_one_a_day'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('closes_at__lte', models.F('held_at'))), name='marac_meeting_closes_before_it_is_held'),
        ),
        migrations.AddConstraint(
            model_name='listing',
            constraint=models.UniqueConstraint(condition=models.Q(('left_at', None)), fields=('marac',), name='marac_listing_on_one_list'),
        ),
        migrations.AddConstraint(
            model_name='listing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('left_at', None), ('left_for', '')), models.Q(('left_at__isnull', False), models.Q(('left_for', ''), _negated=True)), _connector='OR'), name='marac_listing_left_says_why'),
        ),
        migrations.AddConstraint(
            model_name='listing',
            constraint=models.CheckConstraint(condition=models.Q(('left_at', None), ('heard_at', None), _connector='OR'), name='marac_listing_heard_or_left'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(fields=('meeting', 'agency'), name='marac_invitation_once'),
        ),
        migrations.AddConstraint(
            model_name='repeatfound',
            constraint=models.UniqueConstraint(fields=('marac', 'agency'), name='marac_repeatfound_once'),
        ),
        migrations.AddConstraint(
            model_name='telling',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('by', None), ('done_at', None), ('outcome', '')), models.Q(('by__isnull', False), ('done_at__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='marac_telling_done_says_how'),
        ),
    ]
