"""All that a record of an attempt to be in touch holds: its number, its rule, who was there."""

import django.db.models.deletion
from django.db import migrations, models

OUTCOMES = [
    ("spoke", "Spoke to them"),
    ("no_reply", "No reply"),
    ("unsafe_to_leave_message", "No reply, not safe to leave a message"),
    ("wrong_number", "Wrong number"),
    ("somebody_else_answered", "Somebody else answered"),
    ("wrong_code_word", "The code word was wrong"),
    ("no_safe_contact", "No safe contact details"),
    ("declined", "They declined support"),
    ("letter_unsafe", "A letter would not be safe"),
    ("too_dangerous", "Suspended: too dangerous to try"),
    ("returned", "Returned to the referrer"),
]
CONCERNS = [
    ("somebody_listening", "Somebody seemed to be listening"),
    ("sounded_afraid", "They sounded afraid or under pressure"),
    ("threats_heard", "Threats, or violence, were heard"),
    ("number_watched", "The phone or the account may be watched"),
    ("whereabouts", "We do not know that they are safe"),
    ("other", "Something else, in the note"),
]
ANSWERED = [
    ("themselves", "They answered themselves"),
    ("partner", "A partner, or whoever the risk is from"),
    ("child", "A child"),
    ("household", "Somebody else at home"),
    ("colleague", "A colleague"),
    ("unknown", "We do not know"),
]
HOLDS_CONTACT = ["no_safe_contact", "somebody_else_answered", "too_dangerous", "wrong_code_word"]
COUNT = """
UPDATE visits_contactattempt a SET number = counted.number FROM (
    SELECT id, row_number() OVER (PARTITION BY follow_up_id ORDER BY at, id) AS number
    FROM visits_contactattempt
) counted WHERE counted.id = a.id;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [("visits", "0011_ladder_of_a_programme"), ("referrals", "0007_contact_rules")]
    operations = [
        migrations.AddField("contactattempt", "number", models.PositiveSmallIntegerField(null=True)),
        migrations.RunSQL(COUNT, migrations.RunSQL.noop),
        migrations.AlterField("contactattempt", "number", models.PositiveSmallIntegerField()),
        migrations.AddField(
            "contactattempt",
            "rule",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="referrals.contactrule",
            ),
        ),
        migrations.AddField(
            "contactattempt",
            "rule_version",
            models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            "contactattempt",
            "who_answered",
            models.CharField(blank=True, choices=ANSWERED, default="", max_length=20),
            preserve_default=False,
        ),
        migrations.AddField(
            "contactattempt",
            "concern",
            models.CharField(blank=True, choices=CONCERNS, default="", max_length=20),
            preserve_default=False,
        ),
        migrations.AddField(
            "contactattempt", "next_at", models.DateTimeField(blank=True, null=True)
        ),
        migrations.AlterField(
            "contactattempt", "outcome", models.CharField(choices=OUTCOMES, max_length=30)
        ),
        migrations.AddConstraint(
            "contactattempt",
            models.UniqueConstraint(
                fields=("follow_up", "number"), name="visits_attempt_counted_once"
            ),
        ),
        migrations.AddConstraint(
            "contactattempt",
            models.CheckConstraint(
                condition=models.Q(next_at=None) | models.Q(next_at__gt=models.F("at")),
                name="visits_attempt_next_comes_after",
            ),
        ),
        migrations.AddConstraint(
            "contactattempt",
            models.CheckConstraint(
                condition=models.Q(rule=None, rule_version=None)
                | models.Q(rule__isnull=False, rule_version__isnull=False),
                name="visits_attempt_rule_has_its_version",
            ),
        ),
        migrations.AddConstraint(
            "contactattempt",
            models.CheckConstraint(
                condition=~models.Q(outcome="somebody_else_answered")
                | ~models.Q(who_answered="themselves"),
                name="visits_attempt_somebody_else_is_not_them",
            ),
        ),
        migrations.RemoveConstraint(
            "contactattempt", "visits_attempt_outside_safe_time_says_why"
        ),
        migrations.AddConstraint(
            "contactattempt",
            models.CheckConstraint(
                condition=models.Q(in_safe_time=True)
                | ~models.Q(outside_reason="")
                | models.Q(outcome__in=HOLDS_CONTACT),
                name="visits_attempt_outside_safe_time_says_why",
            ),
        ),
    ]
