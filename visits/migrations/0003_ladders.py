"""Rungs of more ladders than a follow-up's, and what an adviser has to know before a visit."""

import django.db.models.deletion
from django.db import migrations, models

from tenancy.operations import Protect, ProtectAnew

OF_A_FOLLOW_UP = "EXISTS (SELECT 1 FROM visits_followup f WHERE f.id = follow_up_id)"
OURS = "agency_id = {agency}"
BEFORE = Protect(
    "visits_rung",
    see=OF_A_FOLLOW_UP,
    write=OF_A_FOLLOW_UP,
    web="SELECT, INSERT",
    worker="SELECT, UPDATE",
)
AFTER = Protect(
    "visits_rung",
    see=f"{OURS} OR {OF_A_FOLLOW_UP}",
    write=f"{OURS} OR {OF_A_FOLLOW_UP}",
    change=OURS,
    web="SELECT, INSERT, UPDATE",
    worker="SELECT, INSERT, UPDATE",
)
SAY_WHAT_THEY_ARE = """
UPDATE visits_rung SET
    about = follow_up_id,
    reference = r.reference,
    audience = CASE kind
        WHEN 'nobodys' THEN 'desk' WHEN 'four_hours' THEN 'whose' ELSE 'whose_and_managers' END,
    unless = CASE kind WHEN 'nobodys' THEN 'taken' ELSE 'contacted' END
FROM visits_followup f JOIN referrals_referral r ON r.id = f.referral_id
WHERE f.id = follow_up_id;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [("visits", "0002_second_lock")]
    operations = [
        migrations.AddField(
            "followup", "acted_at", models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField("followup", "needs_second_worker", models.BooleanField(default=False)),
        migrations.AddField("rung", "about", models.UUIDField(null=True)),
        migrations.AddField("rung", "nth", models.PositiveSmallIntegerField(default=1)),
        migrations.AddField(
            "rung", "reference", models.CharField(blank=True, default="", max_length=12),
            preserve_default=False,
        ),
        migrations.AddField(
            "rung",
            "audience",
            models.CharField(
                choices=[
                    ("desk", "Everybody who may take it"),
                    ("whose", "Whose it is, or the desk"),
                    ("whose_and_managers", "Whose it is, or the desk, and the managers"),
                    ("managers", "The managers"),
                    ("person", "One person"),
                ],
                default="desk",
                max_length=20,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "rung",
            "person",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.membership",
            ),
        ),
        migrations.AddField(
            "rung",
            "unless",
            models.CharField(
                choices=[
                    ("taken", "Somebody has taken it"),
                    ("acted", "Somebody has acted since the rung before"),
                    ("contacted", "They were reached"),
                    ("settled", "It was settled"),
                ],
                default="contacted",
                max_length=20,
            ),
            preserve_default=False,
        ),
        migrations.AddField("rung", "settled_at", models.DateTimeField(blank=True, null=True)),
        migrations.RunSQL(SAY_WHAT_THEY_ARE, migrations.RunSQL.noop),
        migrations.AlterField("rung", "about", models.UUIDField()),
        migrations.AlterField("rung", "kind", models.CharField(max_length=40)),
        migrations.AlterField(
            "rung",
            "follow_up",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rungs",
                to="visits.followup",
            ),
        ),
        migrations.RemoveIndex("rung", "visits_rung_to_fire"),
        migrations.AddIndex(
            "rung",
            models.Index(
                condition=models.Q(fired_at=None, parked_at=None, settled_at=None),
                fields=["available_at", "id"],
                name="visits_rung_to_fire",
            ),
        ),
        migrations.RemoveConstraint("rung", "visits_rung_once"),
        migrations.AddConstraint(
            "rung",
            models.UniqueConstraint(fields=("about", "kind", "nth"), name="visits_rung_once"),
        ),
        migrations.AddConstraint(
            "rung",
            models.CheckConstraint(
                condition=models.Q(follow_up=None) | models.Q(about=models.F("follow_up")),
                name="visits_rung_is_about_its_follow_up",
            ),
        ),
        migrations.AddConstraint(
            "rung",
            models.CheckConstraint(
                condition=models.Q(
                    person=None,
                    audience__in=["desk", "managers", "whose", "whose_and_managers"],
                )
                | models.Q(person__isnull=False, audience="person"),
                name="visits_rung_person_is_named",
            ),
        ),
        migrations.AddConstraint(
            "rung",
            models.CheckConstraint(
                condition=models.Q(kind__regex="^[a-z][a-z0-9_.]*$"),
                name="visits_rung_kind_is_a_code",
            ),
        ),
        ProtectAnew(BEFORE, AFTER),
    ]
