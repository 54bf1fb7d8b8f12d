"""Meetings that are cancelled, and reminders of what agencies agreed to, which the worker reads."""

from django.db import migrations, models

from tenancy.operations import Protect, ProtectAnew

ACTIONS = {
    "see": """{agency} IN (agency_id, coordinator_id) OR EXISTS (
        SELECT 1 FROM marac_listing l WHERE l.id = listing_id)""",
    "write": """coordinator_id = {agency} AND EXISTS (SELECT 1 FROM marac_listing l
        WHERE l.id = listing_id AND l.agency_id = {agency})""",
    "web": "SELECT, INSERT, UPDATE",
}


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_clients_and_sessions'),
        ('marac', '0002_second_lock'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='meeting',
            name='marac_meeting_one_a_day',
        ),
        migrations.AddField(
            model_name='meeting',
            name='cancel_reason',
            field=models.CharField(blank=True, choices=[('agencies_absent', 'Agencies that are needed cannot come'), ('nobody_to_chair', 'Nobody can chair it'), ('no_room', 'There is no room for it'), ('no_cases', 'There are no cases to hear'), ('joined', 'Its cases are heard at another meeting')], max_length=20),
        ),
        migrations.AddField(
            model_name='meeting',
            name='cancelled_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='listing',
            name='left_for',
            field=models.CharField(blank=True, choices=[('not_enough_time', 'There was not enough time'), ('agency_absent', 'An agency that is needed was not there'), ('information_missing', 'Information is missing'), ('not_safe_yet', 'Not safe for them yet'), ('meeting_postponed', 'The meeting was postponed'), ('meeting_cancelled', 'The meeting was cancelled'), ('not_met', 'No ground is met'), ('heard_elsewhere', 'Another area hears it'), ('already_listed', 'It is on the list already'), ('agreement_ended', 'Their agreement has ended'), ('referrer_asked', 'The referrer asked for it')], max_length=20),
        ),
        migrations.AlterField(
            model_name='meeting',
            name='state',
            field=models.CharField(choices=[('planned', 'Planned'), ('closed', 'Agenda closed'), ('held', 'Held'), ('cancelled', 'Cancelled')], default='planned', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'cancelled'), _negated=True), fields=('agency', 'area_code', 'held_on'), name='marac_meeting_one_a_day'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('state', 'cancelled'), _negated=True), ('cancel_reason', ''), ('cancelled_at', None)), models.Q(('cancelled_at__isnull', False), ('state', 'cancelled'), models.Q(('cancel_reason', ''), _negated=True)), _connector='OR'), name='marac_meeting_cancelled_says_why'),
        ),
        ProtectAnew(
            Protect("marac_maracaction", **ACTIONS),
            Protect("marac_maracaction", **ACTIONS, worker="SELECT"),
        ),
    ]
