"""Dedupe keys are compared whole: the second index of each, for the beginnings of texts, is of no
use and costs a tenth of putting up a notice."""

from django.db import migrations

DROP = """
DO $$
DECLARE name text;
BEGIN
    FOR name IN
        SELECT indexrelid::regclass::text FROM pg_index
        WHERE indrelid IN ('notices_notice'::regclass, 'notices_text'::regclass)
            AND indexrelid::regclass::text LIKE '%\\_dedupe\\_%\\_like'
    LOOP
        EXECUTE 'DROP INDEX ' || name;
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0003_one_message_a_window")]
    operations = [migrations.RunSQL(DROP, migrations.RunSQL.noop)]
