"""Referrals that systems bring many at a time; each system sees its own."""

import django.db.models.deletion
import uuid
from django.db import migrations, models

from tenancy.operations import Protect


class Migration(migrations.Migration):

    dependencies = [
        ("tenancy", "0001_initial"),
        ('accounts', '0005_proving'),
        ('api', '0002_second_lock'),
    ]

    operations = [
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('made_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('rows', models.PositiveIntegerField(default=0)),
                ('made', models.PositiveIntegerField(default=0)),
                ('already', models.PositiveIntegerField(default=0)),
                ('refused', models.PositiveIntegerField(default=0)),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
            ],
        ),
        migrations.CreateModel(
            name='ImportedRow',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('source_hash', models.BinaryField(max_length=32)),
                ('body_hash', models.BinaryField(max_length=32)),
                ('outcome', models.CharField(choices=[('made', 'A referral was made'), ('already', 'It was brought before; nothing was done'), ('changed', 'It was brought before and says something else now; nothing was done'), ('refused', 'It could not be kept; nothing of it was')], max_length=10)),
                ('reference', models.CharField(blank=True, max_length=12)),
                ('problem', models.JSONField(blank=True, null=True)),
                ('membership', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('within', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='results', to='api.import')),
            ],
        ),
        migrations.AddIndex(
            model_name='import',
            index=models.Index(fields=['membership', '-made_at', '-id'], name='api_import_newest'),
        ),
        migrations.AddIndex(
            model_name='import',
            index=models.Index(fields=['last_at'], name='api_import_age'),
        ),
        migrations.AddConstraint(
            model_name='importedrow',
            constraint=models.UniqueConstraint(fields=('within', 'number'), name='api_importedrow_in_order'),
        ),
        migrations.AddConstraint(
            model_name='importedrow',
            constraint=models.UniqueConstraint(condition=models.Q(('outcome', 'made')), fields=('membership', 'source_hash'), name='api_importedrow_made_once'),
        ),
        Protect(
            "api_import",
            see="membership_id = {membership}",
            write="membership_id = {membership}",
            web="SELECT, INSERT, UPDATE",
            worker="SELECT (id, last_at), DELETE",
        ),
        Protect(
            "api_importedrow",
            see="membership_id = {membership}",
            write="membership_id = {membership}",
            web="SELECT, INSERT, UPDATE",
            worker="SELECT (id, within_id), DELETE",
        ),
    ]
