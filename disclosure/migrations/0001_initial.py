"""The register of requests, and what is taken out."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0003_clients_and_sessions'),
        ('referrals', '0014_forgotten'),
    ]

    operations = [
        migrations.CreateModel(
            name='DisclosureRequest',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('reference', models.CharField(max_length=12)),
                ('kind', models.CharField(choices=[('subject_access', 'The person asks for what is held about them'), ('victim_information', 'The police ask for information about a victim'), ('prosecution', 'The CPS or the defence ask for third-party material'), ('court_order', 'A court orders it'), ('death_review', 'A death review asks for it')], max_length=20)),
                ('footing', models.CharField(blank=True, choices=[('they_agree', 'The person agrees'), ('necessary', 'It is necessary and proportionate, and was explained in writing'), ('ordered', 'It is ordered, and there is no choice')], max_length=20)),
                ('told_them', models.CharField(choices=[('told', 'They were told'), ('not_safe', 'Not told: it is not safe now'), ('would_prejudice', 'Not told: it would prejudice an investigation'), ('cannot_be_reached', 'Not told: they cannot be reached'), ('they_ask', 'They ask themselves')], max_length=20)),
                ('received_on', models.DateField()),
                ('due_on', models.DateField()),
                ('entered_at', models.DateTimeField()),
                ('first_at', models.DateTimeField(blank=True, null=True)),
                ('second_at', models.DateTimeField(blank=True, null=True)),
                ('given_at', models.DateTimeField(blank=True, null=True)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('refused_at', models.DateTimeField(blank=True, null=True)),
                ('refusal', models.CharField(blank=True, choices=[('not_them', 'It is not certain who asks'), ('nothing_held', 'Nothing is held that may be confirmed'), ('no_footing', 'It was not shown to be necessary and proportionate'), ('withdrawn', 'The request was taken back')], max_length=20)),
                ('reminded_on', models.DateField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='referrals.case')),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('first_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('second_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
            ],
        ),
        migrations.CreateModel(
            name='Redaction',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('record_id', models.UUIDField()),
                ('version', models.PositiveIntegerField()),
                ('field', models.CharField(max_length=40)),
                ('is_all', models.BooleanField()),
                ('spans', models.JSONField(blank=True, default=list)),
                ('reason', models.CharField(blank=True, choices=[('somebody_else', 'It is about somebody else'), ('would_harm', 'It could do somebody serious harm'), ('crime', 'It would prejudice preventing or detecting crime'), ('legal', 'It is legal advice'), ('not_asked_for', 'It is not what was asked for')], max_length=20)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='redactions', to='disclosure.disclosurerequest')),
            ],
        ),
        migrations.AddIndex(
            model_name='disclosurerequest',
            index=models.Index(condition=models.Q(('given_at', None), ('refused_at', None)), fields=['due_on', 'id'], name='disclosure_request_open'),
        ),
        migrations.AddConstraint(
            model_name='disclosurerequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('first_at', None), ('first_by', None), ('second_at', None), ('second_by', None)), models.Q(('first_at__isnull', False), ('first_by__isnull', False), ('second_at', None), ('second_by', None)), models.Q(('first_at__isnull', False), ('first_by__isnull', False), ('second_at__isnull', False), ('second_by__isnull', False)), _connector='OR'), name='disclosure_request_reviewed_in_order'),
        ),
        migrations.AddConstraint(
            model_name='disclosurerequest',
            constraint=models.CheckConstraint(condition=models.Q(('second_by', None), models.Q(('second_by', models.F('first_by')), _negated=True), _connector='OR'), name='disclosure_request_two_reviewers'),
        ),
        migrations.AddConstraint(
            model_name='disclosurerequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('given_at', None), ('sha256', '')), models.Q(('given_at__isnull', False), ('second_by__isnull', False), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='disclosure_request_given_after_both'),
        ),
        migrations.AddConstraint(
            model_name='disclosurerequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('refusal', ''), ('refused_at', None)), models.Q(('given_at', None), ('refused_at__isnull', False), models.Q(('refusal', ''), _negated=True)), _connector='OR'), name='disclosure_request_refused_says_why'),
        ),
        migrations.AddConstraint(
            model_name='disclosurerequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('footing', ''), ('kind', 'subject_access')), models.Q(models.Q(('kind', 'subject_access'), _negated=True), models.Q(('footing', ''), _negated=True)), _connector='OR'), name='disclosure_request_others_need_a_footing'),
        ),
        migrations.AddConstraint(
            model_name='redaction',
            constraint=models.UniqueConstraint(fields=('request', 'record_id', 'field'), name='disclosure_redaction_once'),
        ),
        migrations.AddConstraint(
            model_name='redaction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_all', False), ('reason', ''), ('spans', [])), models.Q(models.Q(models.Q(('is_all', True), ('spans', [])), models.Q(('is_all', False), models.Q(('spans', []), _negated=True)), _connector='OR'), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='disclosure_redaction_says_why'),
        ),
    ]
