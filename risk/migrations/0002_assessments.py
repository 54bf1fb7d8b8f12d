"""Assessments: seen by whoever may open what they hold sealed, and only ever added to."""

import django.db.models.deletion
import uuid
from django.db import migrations, models

from tenancy.operations import Protect


SEALED = "EXISTS (SELECT 1 FROM referrals_sealedrecord s WHERE s.id = sealed_id {extra})"
OURS = """AND s.case_id = risk_assessment.case_id AND s.agency_id = {agency}
    AND s.compartment = 'risk' AND s.kind = 'assessment'"""
ONLY_ADDED = """
CREATE TRIGGER risk_assessment_only_added BEFORE UPDATE ON risk_assessment
    FOR EACH ROW EXECUTE FUNCTION referrals_refuse_rewriting();
"""
UNDO = "DROP TRIGGER risk_assessment_only_added ON risk_assessment;"


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_clients_and_sessions'),
        ('referrals', '0005_assessments'),
        ('risk', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Assessment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('band', models.CharField(choices=[('high', 'High'), ('medium', 'Medium'), ('standard', 'Standard'), ('not_assessed', 'Not assessed')], max_length=40)),
                ('grade', models.CharField(blank=True, choices=[('high', 'High'), ('medium', 'Medium'), ('standard', 'Standard'), ('not_assessed', 'Not assessed')], max_length=40)),
                ('effective_band', models.CharField(choices=[('high', 'High'), ('medium', 'Medium'), ('standard', 'Standard'), ('not_assessed', 'Not assessed')], max_length=40)),
                ('unanswered', models.PositiveSmallIntegerField()),
                ('reaches_marac', models.BooleanField(default=False)),
                ('assessed_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assessments', to='referrals.case')),
                ('sealed', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='referrals.sealedrecord')),
                ('tool', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='risk.risktool')),
            ],
            options={
                'indexes': [models.Index(fields=['case', 'recorded_at', 'id'], name='risk_assessment_of_a_case')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('effective_band', 'not_assessed'), models.Q(models.Q(('band', 'not_assessed'), ('grade__in', ['', 'not_assessed'])), models.Q(('band__in', ['not_assessed']), ('grade', 'not_assessed')), _connector='OR')), models.Q(('effective_band', 'standard'), models.Q(models.Q(('band', 'standard'), ('grade__in', ['', 'not_assessed', 'standard'])), models.Q(('band__in', ['not_assessed', 'standard']), ('grade', 'standard')), _connector='OR')), models.Q(('effective_band', 'medium'), models.Q(models.Q(('band', 'medium'), ('grade__in', ['', 'not_assessed', 'standard', 'medium'])), models.Q(('band__in', ['not_assessed', 'standard', 'medium']), ('grade', 'medium')), _connector='OR')), models.Q(('effective_band', 'high'), models.Q(models.Q(('band', 'high'), ('grade__in', ['', 'not_assessed', 'standard', 'medium', 'high'])), models.Q(('band__in', ['not_assessed', 'standard', 'medium', 'high']), ('grade', 'high')), _connector='OR')), _connector='OR'), name='risk_assessment_never_below_the_grade'), models.CheckConstraint(condition=models.Q(('grade', 'not_assessed'), _negated=True), name='risk_assessment_grade_is_a_grade')],
            },
        ),
        migrations.RunSQL(ONLY_ADDED, UNDO),
        Protect(
            "risk_assessment",
            see=SEALED.replace("{extra}", ""),
            write="agency_id = {agency} AND " + SEALED.replace("{extra}", OURS),
            web="SELECT, INSERT",
        ),
    ]
