"""Files of a case, in sealed pieces that go where their record goes."""

import django.db.models.deletion
import uuid
from django.db import migrations, models

from tenancy.operations import Protect


class Migration(migrations.Migration):

    dependencies = [
        ("tenancy", "0001_initial"),
        ('referrals', '0017_waiting'),
    ]

    operations = [
        migrations.AlterField(
            model_name='sealedrecord',
            name='kind',
            field=models.CharField(choices=[('document', 'Document of a compartment'), ('party', 'Another person in the case'), ('note', 'Note'), ('assessment', 'Risk assessment'), ('way', 'A way to be in touch'), ('attachment', 'A file')], max_length=10),
        ),
        migrations.CreateModel(
            name='AttachmentFrame',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('sealed', models.BinaryField()),
                ('record', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='frames', to='referrals.sealedrecord')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('record', 'number'), name='referrals_attachmentframe_in_order')],
            },
        ),
        # Whatever deletes a record (a draft given up, a case disposed of) deletes its pieces.
        migrations.RunSQL(
            """
            ALTER TABLE referrals_attachmentframe ADD CONSTRAINT referrals_attachmentframe_of_record
                FOREIGN KEY (record_id) REFERENCES referrals_sealedrecord (id)
                ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
            """,
            migrations.RunSQL.noop,
        ),
        Protect(
            "referrals_attachmentframe",
            see="EXISTS (SELECT 1 FROM referrals_sealedrecord s WHERE s.id = referrals_attachmentframe.record_id)",
            write="""EXISTS (SELECT 1 FROM referrals_sealedrecord s
                WHERE s.id = referrals_attachmentframe.record_id AND s.agency_id = {agency})""",
            web="SELECT, INSERT, DELETE",
        ),
    ]
