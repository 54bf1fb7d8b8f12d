"""A service may put somebody on its waiting list, with the day that is expected."""

from django.db import migrations, models

MOVES = [
    ("send", "Send"),
    ("discard", "Discard"),
    ("accept", "Accept"),
    ("decline", "Decline"),
    ("ask", "Ask for more information"),
    ("wait", "Put on the waiting list"),
    ("answer", "Answer"),
    ("withdraw", "Withdraw"),
    ("supersede", "Replace"),
    ("close", "Close"),
]


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0003_clients_and_sessions"),
        ("directory", "0001_initial"),
        ("referrals", "0016_chasing"),
    ]

    operations = [
        migrations.AddField(
            model_name="referral",
            name="expected_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="referralevent",
            name="move",
            field=models.CharField(choices=MOVES, max_length=20),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(("expected_on", None), ("service__isnull", False), _connector="OR"),
                name="referrals_referral_only_a_service_has_a_waiting_list",
            ),
        ),
    ]
