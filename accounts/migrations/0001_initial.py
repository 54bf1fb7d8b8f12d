"""Agencies, people, memberships; and which of Django's own tables a web process may reach."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from tenancy.operations import Exempt


CACHE = """
CREATE TABLE accounts_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX accounts_cache_expires ON accounts_cache (expires);
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('tenancy', '0001_initial'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('sessions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Agency',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=60, unique=True)),
                ('name', models.CharField(max_length=200, unique=True)),
                ('kind', models.CharField(choices=[('police', 'Police force'), ('idva', 'IDVA service'), ('service', 'Support service'), ('council', 'Council'), ('health', 'Health'), ('hub', 'Victim hub'), ('coordinator', 'Coordinators'), ('strategic', 'Strategic group')], max_length=20)),
                ('areas', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=9), blank=True, default=list, size=None)),
                ('force_code', models.CharField(blank=True, max_length=2)),
                ('phone', models.CharField(blank=True, max_length=20)),
                ('is_active', models.BooleanField(default=True)),
            ],
            options={
                'verbose_name_plural': 'agencies',
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True)),
                ('name', models.CharField(max_length=100)),
                ('is_active', models.BooleanField(default=True)),
                ('joined_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='accounts_user_email_in_small_letters')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('officer', 'Police officer'), ('supervisor', 'Police supervisor'), ('adviser', 'IDVA'), ('duty_manager', 'IDVA manager'), ('caseworker', 'Service worker'), ('team_lead', 'Service manager'), ('coordinator', 'Coordinator'), ('analyst', 'Analyst'), ('administrator', 'Agency administrator'), ('client', 'System of the agency')], max_length=20)),
                ('title', models.CharField(blank=True, max_length=100)),
                ('started_at', models.DateTimeField(auto_now_add=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='accounts.agency')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('user', 'agency'), name='accounts_membership_once_per_agency'), models.CheckConstraint(condition=models.Q(models.Q(('role', 'client'), ('user', None)), models.Q(('user__isnull', False), models.Q(('role', 'client'), _negated=True)), _connector='OR'), name='accounts_membership_only_systems_have_no_user')],
            },
        ),
        migrations.CreateModel(
            name='SharingAgreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='accounts.agency')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='accounts_sharingagreement_ends_after_it_starts')],
            },
        ),
        migrations.RunSQL(CACHE, "DROP TABLE accounts_cache"),
        Exempt(
            "accounts_agency",
            reason="a directory every member reads; only the owner writes",
            web="SELECT",
            worker="SELECT",
        ),
        Exempt(
            "accounts_sharingagreement",
            reason="whether an agency may be sent to is no secret; only the owner writes",
            web="SELECT",
        ),
        Exempt(
            "accounts_membership",
            reason="read at sign-in, before there is a context",
            web="SELECT",
            worker="SELECT",
        ),
        Exempt(
            "accounts_user",
            reason="read at sign-in, before there is a context; the worker needs addresses",
            web="SELECT",
            worker="SELECT (id, email, is_active)",
        ),
        Exempt(
            "accounts_cache",
            reason="throttles, counted before sign-in; holds no case data",
            web="SELECT, INSERT, UPDATE, DELETE",
        ),
        Exempt(
            "django_session",
            reason="read to find out who asks",
            web="SELECT, INSERT, UPDATE, DELETE",
        ),
        Exempt("django_content_type", reason="Django's list of models", web="SELECT"),
        Exempt("django_migrations", reason="Django's list of migrations", web="SELECT", worker="SELECT"),
        Exempt("auth_permission", reason="unused: permissions are in accounts/roles.py"),
        Exempt("auth_group", reason="unused: roles are in accounts/roles.py"),
        Exempt("auth_group_permissions", reason="unused: roles are in accounts/roles.py"),
    ]
