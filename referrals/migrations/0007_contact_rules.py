"""How she may be reached, per channel; holds; and what the referrer is asked to find.

Until somebody says again how she may be reached nothing is recorded, and so nothing is allowed:
what an earlier version kept as allowed is held.
"""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from tenancy.operations import LetRun, Protect
from tenancy.roles import WORKER

CHANNELS = [
    ("phone_call", "Phone call"),
    ("withheld_call", "Phone call from a withheld number"),
    ("voicemail", "Voicemail"),
    ("text", "Text message"),
    ("video_call", "Video call"),
    ("email", "Email"),
    ("letter", "Letter"),
    ("visit", "Visit"),
    ("safe_person", "Through somebody they trust"),
]
HOLD_REASONS = [
    ("somebody_else_answered", "Somebody else answered"),
    ("wrong_code_word", "The code word was wrong"),
    ("no_safe_contact", "There are no safe contact details"),
    ("too_dangerous", "It is too dangerous to try"),
]
RELEASE_REASONS = [
    ("they_said_so", "They told us themselves"),
    ("seen_in_person", "We saw them in person, alone"),
    ("safe_person_said_so", "Somebody they trust told us"),
    ("referrer_found_a_way", "The referrer found a safe way"),
]
ASK_AGAIN = [
    ("not_confirmed", "Not confirmed for 14 days"),
    ("expired", "It was agreed up to a day that has passed"),
    ("circumstances", "Their circumstances have changed"),
    ("number_changed", "The number has changed"),
    ("wrong_number", "It was a wrong number"),
    ("held", "Contact was held"),
]
KINDS = [
    ("document", "Document of a compartment"),
    ("party", "Another person in the case"),
    ("note", "Note"),
    ("assessment", "Risk assessment"),
    ("way", "A way to be in touch"),
]
WANTED = [
    ("number", "Another number is needed"),
    ("way", "Another safe way to be in touch is needed"),
]
SUMMARY = "contact, safe_windows"
HOLD = """
UPDATE referrals_referral SET contact = 'held'
    WHERE status IN ('sent', 'more_information_asked', 'accepted');
UPDATE referrals_case SET contact = 'held' WHERE status = 'open';
SET CONSTRAINTS ALL IMMEDIATE;
"""

ONLY_NARROWER = """
CREATE FUNCTION referrals_refuse_wider() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF tenancy_kind() = 'system' THEN
        RAISE EXCEPTION 'the clock only holds contact' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER referrals_referral_held BEFORE UPDATE OF contact ON referrals_referral
    FOR EACH ROW WHEN (NEW.contact <> 'held') EXECUTE FUNCTION referrals_refuse_wider();
CREATE TRIGGER referrals_referral_narrower BEFORE UPDATE OF safe_windows ON referrals_referral
    FOR EACH ROW WHEN (NOT NEW.safe_windows <@ OLD.safe_windows)
    EXECUTE FUNCTION referrals_refuse_wider();
CREATE TRIGGER referrals_case_held BEFORE UPDATE OF contact ON referrals_case
    FOR EACH ROW WHEN (NEW.contact <> 'held') EXECUTE FUNCTION referrals_refuse_wider();
CREATE TRIGGER referrals_case_narrower BEFORE UPDATE OF safe_windows ON referrals_case
    FOR EACH ROW WHEN (NOT NEW.safe_windows <@ OLD.safe_windows)
    EXECUTE FUNCTION referrals_refuse_wider();
CREATE TRIGGER referrals_contactrule_asked BEFORE UPDATE OF ask_again ON referrals_contactrule
    FOR EACH ROW WHEN (NEW.ask_again = '') EXECUTE FUNCTION referrals_refuse_wider();
"""
UNDO_ONLY_NARROWER = """
DROP TRIGGER referrals_contactrule_asked ON referrals_contactrule;
DROP TRIGGER referrals_case_narrower ON referrals_case;
DROP TRIGGER referrals_case_held ON referrals_case;
DROP TRIGGER referrals_referral_narrower ON referrals_referral;
DROP TRIGGER referrals_referral_held ON referrals_referral;
DROP FUNCTION referrals_refuse_wider();
"""


# Whoever knows of a change outside may not see the rules: it can make them need asking again, for
# everybody who relies on them, and nothing else.
ASK_AGAIN_NOW = """
CREATE FUNCTION referrals_ask_again(wanted uuid, why varchar) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    marked integer;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM referrals_referral r WHERE r.case_id = wanted
        AND tenancy_agency() IN (r.referring_agency_id, r.receiving_agency_id))
    THEN
        RAISE EXCEPTION 'not this agency''s to ask' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE referrals_contactrule SET ask_again = why
        WHERE case_id = wanted AND allowed AND ask_again = '';
    GET DIAGNOSTICS marked = ROW_COUNT;
    UPDATE referrals_case SET contact = 'held' WHERE id = wanted;
    UPDATE referrals_referral SET contact = 'held' WHERE case_id = wanted
        AND status IN ('sent', 'more_information_asked', 'accepted');
    RETURN marked;
END $$;
"""


def given_contact(table):
    """A predicate: the asker still works on the row's case, and was given its contact part."""
    return f"""EXISTS (SELECT 1 FROM referrals_grant g WHERE g.case_id = {table}.case_id
        AND g.agency_id = {{agency}} AND g.revoked_at IS NULL AND g.last_epoch IS NULL
        AND (g.expires_at IS NULL OR g.expires_at > now())
        AND 'contact' = ANY (g.compartments))"""


ASKED_FOR = """EXISTS (SELECT 1 FROM referrals_referral r
    WHERE r.id = referral_id AND r.case_id = referrals_givencontact.case_id
    AND r.referring_agency_id = agency_id AND r.receiving_agency_id = to_agency_id
    AND r.status = 'accepted' AND r.contact_wanted <> '')"""


def person(**more):
    """Somebody of staff, who is never taken away."""
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="accounts.membership",
        **more,
    )


def agency():
    """An agency, which is never taken away."""
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.agency"
    )


def case(name):
    """The case the row is of."""
    return models.ForeignKey(
        on_delete=django.db.models.deletion.CASCADE, related_name=name, to="referrals.case"
    )


def key():
    """A random key."""
    return models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)


def let_the_sweep_hold(apps, schema_editor):
    """The sweep holds what nobody has confirmed: it writes the summary, and nothing else."""
    for table in ("referrals_case", "referrals_referral"):
        schema_editor.execute(f'GRANT UPDATE ({SUMMARY}) ON "{table}" TO "{WORKER.name}"')


def keep_the_sweep_out(apps, schema_editor):
    """The way back."""
    for table in ("referrals_case", "referrals_referral"):
        schema_editor.execute(f'REVOKE UPDATE ({SUMMARY}) ON "{table}" FROM "{WORKER.name}"')


class Migration(migrations.Migration):
    dependencies = [("referrals", "0006_route"), ("accounts", "0003_clients_and_sessions")]
    operations = [
        migrations.CreateModel(
            name="ContactRule",
            fields=[
                ("id", key()),
                ("case", case("contact_rules")),
                ("channel", models.CharField(choices=CHANNELS, max_length=20)),
                ("allowed", models.BooleanField(default=False)),
                ("windows", models.JSONField(blank=True, default=list)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("confirmed_by", person(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("ask_again", models.CharField(blank=True, choices=ASK_AGAIN, max_length=20)),
                ("record_id", models.UUIDField(default=uuid.uuid4)),
                ("version", models.PositiveIntegerField(default=1)),
                ("agency", agency()),
                ("written_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(allowed=True, ask_again=""),
                        fields=["confirmed_at"],
                        name="referrals_contactrule_relied",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("case", "channel"), name="referrals_contactrule_one_a_channel"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(allowed=False) | models.Q(confirmed_at__isnull=False),
                        name="referrals_contactrule_allowed_was_confirmed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(confirmed_at=None, confirmed_by=None)
                        | models.Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                        name="referrals_contactrule_confirmed_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(expires_at=None)
                        | models.Q(
                            confirmed_at__isnull=False, expires_at__gt=models.F("confirmed_at")
                        ),
                        name="referrals_contactrule_expires_later",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ContactHold",
            fields=[
                ("id", key()),
                ("case", case("contact_holds")),
                ("agency", agency()),
                ("reason", models.CharField(choices=HOLD_REASONS, max_length=30)),
                ("at", models.DateTimeField()),
                ("by", person()),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                ("released_by", person(blank=True, null=True)),
                (
                    "release_reason",
                    models.CharField(blank=True, choices=RELEASE_REASONS, max_length=30),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(released_at=None),
                        fields=("case",),
                        name="referrals_contacthold_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(released_at=None, released_by=None, release_reason="")
                        | (
                            models.Q(released_at__gte=models.F("at"), released_by__isnull=False)
                            & ~models.Q(release_reason="")
                        ),
                        name="referrals_contacthold_released_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GivenContact",
            fields=[
                ("id", key()),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="referrals.referral",
                    ),
                ),
                ("case", case("+")),
                ("agency", agency()),
                ("to_agency", agency()),
                ("channel", models.CharField(choices=CHANNELS, max_length=20)),
                ("windows", models.JSONField(blank=True, default=list)),
                ("by", person()),
                ("at", models.DateTimeField()),
                ("epoch", models.PositiveIntegerField()),
                ("envelope", models.BinaryField()),
                ("sealed", models.BinaryField()),
                ("key_version", models.PositiveIntegerField()),
                ("signature", models.BinaryField()),
                ("taken_up_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=~models.Q(agency=models.F("to_agency")),
                        name="referrals_givencontact_not_to_oneself",
                    )
                ],
            },
        ),
        migrations.AddField(
            "referral",
            "contact_wanted",
            models.CharField(blank=True, choices=WANTED, default="", max_length=10),
            preserve_default=False,
        ),
        migrations.AddField(
            "referral", "contact_wanted_at", models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddConstraint(
            "referral",
            models.CheckConstraint(
                condition=models.Q(contact_wanted="", contact_wanted_at=None)
                | (~models.Q(contact_wanted="") & models.Q(contact_wanted_at__isnull=False)),
                name="referrals_referral_contact_wanted_since",
            ),
        ),
        migrations.AlterField(
            "sealedrecord", "kind", models.CharField(choices=KINDS, max_length=10)
        ),
        Protect(
            "referrals_contactrule",
            see=given_contact("referrals_contactrule"),
            write=given_contact("referrals_contactrule"),
            web="SELECT, INSERT, UPDATE",
            worker="SELECT, UPDATE (ask_again)",
        ),
        Protect(
            "referrals_contacthold",
            see=given_contact("referrals_contacthold"),
            write=given_contact("referrals_contacthold"),
            web="SELECT, INSERT, UPDATE",
            worker="SELECT",
        ),
        Protect(
            "referrals_givencontact",
            see="to_agency_id = {agency} AND " + given_contact("referrals_givencontact"),
            write="agency_id = {agency} AND "
            + ASKED_FOR
            + " OR to_agency_id = {agency} AND "
            + given_contact("referrals_givencontact"),
            web="SELECT, INSERT, UPDATE (taken_up_at)",
        ),
        migrations.RunPython(let_the_sweep_hold, keep_the_sweep_out),
        migrations.RunSQL(HOLD, migrations.RunSQL.noop),
        migrations.RunSQL(ONLY_NARROWER, UNDO_ONLY_NARROWER),
        migrations.RunSQL(ASK_AGAIN_NOW, "DROP FUNCTION referrals_ask_again(uuid, varchar)"),
        LetRun("referrals_ask_again(uuid, varchar)", web=True),
    ]
