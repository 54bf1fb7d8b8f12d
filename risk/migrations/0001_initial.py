"""Risk tools and the rules of areas, and the second lock before them."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

from tenancy.operations import Protect


ONLY_RETIRED = """
CREATE FUNCTION risk_refuse_another_tool() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a version of a risk tool is only retired' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER risk_risktool_only_retired BEFORE UPDATE ON risk_risktool
    FOR EACH ROW WHEN (
        (OLD.id, OLD.code, OLD.version, OLD.name, OLD.definition, OLD.loaded_at)
        IS DISTINCT FROM
        (NEW.id, NEW.code, NEW.version, NEW.name, NEW.definition, NEW.loaded_at))
    EXECUTE FUNCTION risk_refuse_another_tool();
"""
UNDO = """
DROP TRIGGER risk_risktool_only_retired ON risk_risktool;
DROP FUNCTION risk_refuse_another_tool();
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0003_clients_and_sessions'),
    ]

    operations = [
        BtreeGistExtension(),  # lets an exclusion constraint compare codes beside ranges
        migrations.CreateModel(
            name='RiskTool',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('version', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=100)),
                ('definition', models.JSONField()),
                ('loaded_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['code', 'version'],
                'constraints': [models.UniqueConstraint(fields=('code', 'version'), name='risk_risktool_version_once'), models.CheckConstraint(condition=models.Q(('code__regex', '^[a-z][a-z0-9_]*$')), name='risk_risktool_code_is_a_code'), models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='risk_risktool_version_from_one')],
            },
        ),
        migrations.CreateModel(
            name='AreaRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area_code', models.CharField(choices=[('E06000006', 'Halton'), ('E08000011', 'Knowsley'), ('E08000012', 'Liverpool'), ('E08000014', 'Sefton'), ('E08000013', 'St Helens'), ('E08000015', 'Wirral')], max_length=9)),
                ('period', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('marac_band', models.CharField(choices=[('high', 'High'), ('medium', 'Medium'), ('standard', 'Standard'), ('not_assessed', 'Not assessed')], default='high', max_length=40)),
                ('marac_score', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('consent_rule', models.CharField(choices=[('needed', 'Only with their agreement'), ('at_threshold', 'Without agreement from a threshold on, with a second person'), ('with_grounds', 'Without agreement on written grounds, with a second person')], max_length=20)),
                ('unagreed_score', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('police_route', models.CharField(choices=[('direct', 'Straight to the desk'), ('coordinator', 'By way of the MARAC coordinator')], max_length=20)),
                ('coordinator', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('tool', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='risk.risktool')),
            ],
            options={
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('area_code', '='), ('period', '&&')], name='risk_arearule_one_at_a_time'), models.CheckConstraint(condition=models.Q(('marac_band', 'not_assessed'), _negated=True), name='risk_arearule_band_is_one'), models.CheckConstraint(condition=models.Q(('tool__isnull', False), models.Q(('marac_score', None), ('unagreed_score', None)), _connector='OR'), name='risk_arearule_scores_are_a_tools'), models.CheckConstraint(condition=models.Q(('unagreed_score', None), ('consent_rule', 'at_threshold'), _connector='OR'), name='risk_arearule_unagreed_at_a_threshold'), models.CheckConstraint(condition=models.Q(('police_route', 'direct'), ('coordinator__isnull', False), _connector='OR'), name='risk_arearule_by_way_of_somebody')],
            },
        ),
        migrations.RunSQL(ONLY_RETIRED, UNDO),
        Protect("risk_risktool", see="true", web="SELECT", worker="SELECT"),
        Protect("risk_arearule", see="true", web="SELECT", worker="SELECT"),
    ]
