"""Two cases of one person: nothing moves, and what protects in the one protects in the other."""

import django.db.models.deletion
import uuid
from importlib import import_module
from django.db import migrations, models

from tenancy.operations import KeepOut, LetRun, Protect

conflicts = import_module("referrals.migrations.0011_conflicts")
NOT_THEIRS = " AND ".join(f"{case} {conflicts.NOT_THEIRS}" for case in ("first_id", "second_id"))

# The functions run as the owner: whom another agency keeps out, and another case's rules of contact,
# whoever sets them off may not see. What they write says the same as what was written before.
UNITED = """
CREATE FUNCTION referrals_joined_with(wanted uuid) RETURNS TABLE (other uuid, joining uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE WHEN j.first_id = wanted THEN j.second_id ELSE j.first_id END, j.id
    FROM referrals_joinedcase j WHERE wanted IN (j.first_id, j.second_id) AND j.parted_at IS NULL
$$;

CREATE FUNCTION referrals_spread_block() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO referrals_conflictblock (id, case_id, agency_id, membership_id, because_id,
        found_at, lift_reason, by_joining_id)
    SELECT gen_random_uuid(), w.other, NEW.agency_id, NEW.membership_id, NEW.because_id,
        NEW.found_at, '', w.joining
    FROM referrals_joined_with(NEW.case_id) w
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER referrals_spread_block AFTER INSERT ON referrals_conflictblock
    FOR EACH ROW WHEN (NEW.by_joining_id IS NULL) EXECUTE FUNCTION referrals_spread_block();

CREATE FUNCTION referrals_spread_lift() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM referrals_conflictblock b USING referrals_joined_with(NEW.case_id) w
        WHERE b.case_id = w.other AND b.because_id = NEW.because_id AND b.by_joining_id = w.joining;
    RETURN NULL;
END $$;
CREATE TRIGGER referrals_spread_lift AFTER UPDATE OF lifted_at ON referrals_conflictblock
    FOR EACH ROW WHEN (NEW.by_joining_id IS NULL AND NEW.lifted_at IS NOT NULL)
    EXECUTE FUNCTION referrals_spread_lift();

CREATE FUNCTION referrals_spread_hold() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    with_it record;
BEGIN
    FOR with_it IN SELECT other FROM referrals_joined_with(NEW.case_id) LOOP
        INSERT INTO referrals_contacthold (id, case_id, agency_id, reason, at, by_id, release_reason)
            VALUES (gen_random_uuid(), with_it.other, NEW.agency_id, NEW.reason, NEW.at, NEW.by_id, '')
            ON CONFLICT DO NOTHING;
        UPDATE referrals_contactrule SET ask_again = 'held'
            WHERE case_id = with_it.other AND allowed AND ask_again = '';
        UPDATE referrals_case SET contact = 'held' WHERE id = with_it.other;
        UPDATE referrals_referral SET contact = 'held' WHERE case_id = with_it.other
            AND status IN ('sent', 'more_information_asked', 'accepted');
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER referrals_spread_hold AFTER INSERT ON referrals_contacthold
    FOR EACH ROW EXECUTE FUNCTION referrals_spread_hold();

CREATE FUNCTION referrals_unite() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    held record;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM referrals_conflictblock WHERE by_joining_id = NEW.id;
        RETURN NULL;
    END IF;
    INSERT INTO referrals_conflictblock (id, case_id, agency_id, membership_id, because_id,
        found_at, lift_reason, by_joining_id)
    SELECT gen_random_uuid(),
        CASE WHEN b.case_id = NEW.first_id THEN NEW.second_id ELSE NEW.first_id END,
        b.agency_id, b.membership_id, b.because_id, NEW.joined_at, '', NEW.id
    FROM referrals_conflictblock b
    WHERE b.case_id IN (NEW.first_id, NEW.second_id) AND b.lifted_at IS NULL
        AND b.by_joining_id IS NULL
    ON CONFLICT DO NOTHING;
    FOR held IN SELECT h.* FROM referrals_contacthold h
        WHERE h.case_id IN (NEW.first_id, NEW.second_id) AND h.released_at IS NULL
    LOOP
        INSERT INTO referrals_contacthold (id, case_id, agency_id, reason, at, by_id, release_reason)
        SELECT gen_random_uuid(), other, held.agency_id, held.reason, NEW.joined_at, held.by_id, ''
        FROM referrals_joined_with(held.case_id) ON CONFLICT DO NOTHING;
    END LOOP;
    UPDATE referrals_contactrule r SET ask_again = 'held' WHERE r.allowed AND r.ask_again = ''
        AND r.case_id IN (SELECT h.case_id FROM referrals_contacthold h
            WHERE h.case_id IN (NEW.first_id, NEW.second_id) AND h.released_at IS NULL);
    UPDATE referrals_case c SET contact = 'held' WHERE c.id IN (SELECT h.case_id
        FROM referrals_contacthold h WHERE h.case_id IN (NEW.first_id, NEW.second_id)
        AND h.released_at IS NULL);
    UPDATE referrals_referral r SET contact = 'held'
        WHERE r.status IN ('sent', 'more_information_asked', 'accepted')
        AND r.case_id IN (SELECT h.case_id FROM referrals_contacthold h
            WHERE h.case_id IN (NEW.first_id, NEW.second_id) AND h.released_at IS NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER referrals_unite AFTER INSERT OR UPDATE OF parted_at ON referrals_joinedcase
    FOR EACH ROW EXECUTE FUNCTION referrals_unite();
"""
UNDO = """
DROP TRIGGER referrals_unite ON referrals_joinedcase;
DROP FUNCTION referrals_unite();
DROP TRIGGER referrals_spread_hold ON referrals_contacthold;
DROP FUNCTION referrals_spread_hold();
DROP TRIGGER referrals_spread_lift ON referrals_conflictblock;
DROP FUNCTION referrals_spread_lift();
DROP TRIGGER referrals_spread_block ON referrals_conflictblock;
DROP FUNCTION referrals_spread_block();
DROP FUNCTION referrals_joined_with(uuid);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_clients_and_sessions'),
        ('referrals', '0014_forgotten'),
    ]

    operations = [
        migrations.CreateModel(
            name='JoinedCase',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('reason', models.CharField(choices=[('they_said_so', 'They said so themselves'), ('same_details', 'Name, date of birth or phone are the same, and I have checked'), ('reported_twice', 'The same visit was reported twice')], max_length=20)),
                ('joined_at', models.DateTimeField()),
                ('part_reason', models.CharField(blank=True, choices=[('somebody_else', 'They are two people'), ('not_certain', 'It is not certain')], max_length=20)),
                ('parted_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='referrals.case')),
                ('joined_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('parted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='referrals.case')),
            ],
        ),
        migrations.AddField(
            model_name='conflictblock',
            name='by_joining',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='referrals.joinedcase'),
        ),
        migrations.AddConstraint(
            model_name='joinedcase',
            constraint=models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='referrals_joinedcase_two_in_order'),
        ),
        migrations.AddConstraint(
            model_name='joinedcase',
            constraint=models.UniqueConstraint(condition=models.Q(('parted_at', None)), fields=('first', 'second'), name='referrals_joinedcase_once'),
        ),
        migrations.AddConstraint(
            model_name='joinedcase',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('part_reason', ''), ('parted_at', None), ('parted_by', None)), models.Q(('parted_at__isnull', False), ('parted_by__isnull', False), models.Q(('part_reason', ''), _negated=True)), _connector='OR'), name='referrals_joinedcase_parted_says_by_whom_and_why'),
        ),
        Protect(
            "referrals_joinedcase",
            see="agency_id = {agency}",
            write="agency_id = {agency} AND {membership} IN (joined_by_id, parted_by_id)",
            change="agency_id = {agency}",
            web="SELECT, INSERT, UPDATE (part_reason, parted_by_id, parted_at)",
        ),
        KeepOut("referrals_joinedcase", NOT_THEIRS),
        migrations.RunSQL(UNITED, UNDO),
        LetRun("referrals_joined_with(uuid)"),
        LetRun("referrals_spread_block()"),
        LetRun("referrals_spread_lift()"),
        LetRun("referrals_spread_hold()"),
        LetRun("referrals_unite()"),
    ]
