"""The tables of the rota."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
import uuid
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0003_clients_and_sessions'),
    ]

    operations = [
        BtreeGistExtension(),  # lets an exclusion constraint compare ids beside ranges
        migrations.CreateModel(
            name='WorkingPattern',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('period', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('full_time_share', models.PositiveSmallIntegerField(default=100)),
                ('set_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
            ],
        ),
        migrations.CreateModel(
            name='PatternShift',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('minutes', django.contrib.postgres.fields.ranges.IntegerRangeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('pattern', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shifts', to='rota.workingpattern')),
            ],
        ),
        migrations.CreateModel(
            name='AdviserAbilities',
            fields=[
                ('membership', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='accounts.membership')),
                ('areas', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('E06000006', 'Halton'), ('E08000011', 'Knowsley'), ('E08000012', 'Liverpool'), ('E08000014', 'Sefton'), ('E08000013', 'St Helens'), ('E08000015', 'Wirral')], max_length=9), blank=True, size=None)),
                ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('sq', 'Albanian'), ('am', 'Amharic'), ('ar', 'Arabic'), ('bn', 'Bengali'), ('bfi', 'British Sign Language'), ('bg', 'Bulgarian'), ('yue', 'Cantonese'), ('hr', 'Croatian'), ('cs', 'Czech'), ('prs', 'Dari'), ('en', 'English'), ('fr', 'French'), ('de', 'German'), ('el', 'Greek'), ('gu', 'Gujarati'), ('ha', 'Hausa'), ('hi', 'Hindi'), ('hu', 'Hungarian'), ('ig', 'Igbo'), ('it', 'Italian'), ('ku', 'Kurdish'), ('lv', 'Latvian'), ('lt', 'Lithuanian'), ('ml', 'Malayalam'), ('cmn', 'Mandarin'), ('ps', 'Pashto'), ('fa', 'Persian (Farsi)'), ('pl', 'Polish'), ('pt', 'Portuguese'), ('pa', 'Punjabi'), ('ro', 'Romanian'), ('ru', 'Russian'), ('sn', 'Shona'), ('sk', 'Slovak'), ('so', 'Somali'), ('es', 'Spanish'), ('sw', 'Swahili'), ('syl', 'Sylheti'), ('ta', 'Tamil'), ('ti', 'Tigrinya'), ('tr', 'Turkish'), ('uk', 'Ukrainian'), ('ur', 'Urdu'), ('vi', 'Vietnamese'), ('cy', 'Welsh'), ('yo', 'Yoruba')], max_length=3), blank=True, size=None)),
                ('gender', models.CharField(choices=[('woman', 'Woman'), ('man', 'Man'), ('not_said', 'Other, or not said')], default='not_said', max_length=10)),
                ('specialisms', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('harmful_practices', 'Harmful practices'), ('sexual_violence', 'Sexual violence'), ('sex_work', 'Sex work'), ('young_people', 'Young people')], max_length=20), blank=True, size=None)),
                ('may_visit_alone', models.BooleanField(default=False)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
            ],
            options={
                'indexes': [models.Index(fields=['agency'], name='rota_abilities_agency')],
                'constraints': [models.CheckConstraint(condition=models.Q(('areas__contained_by', ['E06000006', 'E08000011', 'E08000012', 'E08000014', 'E08000013', 'E08000015']), ('languages__contained_by', ['sq', 'am', 'ar', 'bn', 'bfi', 'bg', 'yue', 'hr', 'cs', 'prs', 'en', 'fr', 'de', 'el', 'gu', 'ha', 'hi', 'hu', 'ig', 'it', 'ku', 'lv', 'lt', 'ml', 'cmn', 'ps', 'fa', 'pl', 'pt', 'pa', 'ro', 'ru', 'sn', 'sk', 'so', 'es', 'sw', 'syl', 'ta', 'ti', 'tr', 'uk', 'ur', 'vi', 'cy', 'yo']), ('specialisms__contained_by', ['harmful_practices', 'sexual_violence', 'sex_work', 'young_people']), ('gender__in', ['woman', 'man', 'not_said'])), name='rota_abilities_of_the_lists')],
            },
        ),
        migrations.CreateModel(
            name='ExceptionDay',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('on', models.DateField()),
                ('kind', models.CharField(choices=[('instead', 'Instead of the usual hours'), ('besides', 'Besides the usual hours')], max_length=10)),
                ('minutes', django.contrib.postgres.fields.ranges.IntegerRangeField(blank=True, null=True)),
                ('set_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
            ],
            options={
                'indexes': [models.Index(fields=['agency', 'on'], name='rota_exceptionday_agency')],
                'constraints': [models.UniqueConstraint(fields=('membership', 'on'), name='rota_exceptionday_once'), models.CheckConstraint(condition=models.Q(('kind', 'instead'), ('minutes__isnull', False), _connector='OR'), name='rota_exceptionday_besides_says_when'), models.CheckConstraint(condition=models.Q(('minutes__isempty', False), ('minutes__startswith__gte', 0), ('minutes__startswith__lt', 1440), ('minutes__endswith__gte', django.db.models.expressions.CombinedExpression(models.F('minutes__startswith'), '+', models.Value(15))), ('minutes__endswith__lte', django.db.models.expressions.CombinedExpression(models.F('minutes__startswith'), '+', models.Value(960)))), name='rota_exceptionday_of_sane_length')],
            },
        ),
        migrations.CreateModel(
            name='Leave',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('annual', 'Annual leave'), ('sick', 'Off sick'), ('training', 'Training'), ('other', 'Other leave')], max_length=10)),
                ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('recorded_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
            ],
            options={
                'indexes': [models.Index(fields=['agency'], name='rota_leave_agency')],
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('membership', '='), ('kind', '='), ('during', '&&')], name='rota_leave_one_of_a_kind_at_a_time'), models.CheckConstraint(condition=models.Q(('during__isempty', False), ('during__lower_inf', False)), name='rota_leave_begins'), models.CheckConstraint(condition=models.Q(('kind', 'sick'), ('during__upper_inf', False), _connector='OR'), name='rota_leave_only_sickness_is_open')],
            },
        ),
        migrations.CreateModel(
            name='OnCall',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('put_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('put_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
            ],
            options={
                'indexes': [models.Index(fields=['agency'], name='rota_oncall_agency')],
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('membership', '='), ('during', '&&')], name='rota_oncall_one_at_a_time'), models.CheckConstraint(condition=models.Q(('during__isempty', False), ('during__lower_inf', False), ('during__upper_inf', False)), name='rota_oncall_begins_and_ends')],
            },
        ),
        migrations.CreateModel(
            name='TravelTime',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('from_area', models.CharField(choices=[('E06000006', 'Halton'), ('E08000011', 'Knowsley'), ('E08000012', 'Liverpool'), ('E08000014', 'Sefton'), ('E08000013', 'St Helens'), ('E08000015', 'Wirral')], max_length=9)),
                ('to_area', models.CharField(choices=[('E06000006', 'Halton'), ('E08000011', 'Knowsley'), ('E08000012', 'Liverpool'), ('E08000014', 'Sefton'), ('E08000013', 'St Helens'), ('E08000015', 'Wirral')], max_length=9)),
                ('minutes', models.PositiveSmallIntegerField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agency', 'from_area', 'to_area'), name='rota_traveltime_once'), models.CheckConstraint(condition=models.Q(('minutes__gte', 0), ('minutes__lte', 240)), name='rota_traveltime_within_four_hours')],
            },
        ),
        migrations.AddIndex(
            model_name='workingpattern',
            index=models.Index(fields=['agency'], name='rota_pattern_agency'),
        ),
        migrations.AddConstraint(
            model_name='workingpattern',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('membership', '='), ('period', '&&')], name='rota_pattern_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='workingpattern',
            constraint=models.CheckConstraint(condition=models.Q(('period__isempty', False), ('period__lower_inf', False)), name='rota_pattern_begins'),
        ),
        migrations.AddConstraint(
            model_name='workingpattern',
            constraint=models.CheckConstraint(condition=models.Q(('full_time_share__gte', 5), ('full_time_share__lte', 100)), name='rota_pattern_share_in_percent'),
        ),
        migrations.AddConstraint(
            model_name='patternshift',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('pattern', '='), ('minutes', '&&')], name='rota_patternshift_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='patternshift',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__isempty', False), ('minutes__startswith__gte', 0), ('minutes__startswith__lt', 10080), ('minutes__endswith__gte', django.db.models.expressions.CombinedExpression(models.F('minutes__startswith'), '+', models.Value(15))), ('minutes__endswith__lte', django.db.models.expressions.CombinedExpression(models.F('minutes__startswith'), '+', models.Value(960)))), name='rota_patternshift_of_sane_length'),
        ),
    ]
