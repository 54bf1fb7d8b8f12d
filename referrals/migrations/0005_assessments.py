"""Risk assessments among the sealed records."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('referrals', '0004_purpose_of_marac'),
    ]

    operations = [
        migrations.AlterField(
            model_name='sealedrecord',
            name='kind',
            field=models.CharField(choices=[('document', 'Document of a compartment'), ('party', 'Another person in the case'), ('note', 'Note'), ('assessment', 'Risk assessment')], max_length=10),
        ),
    ]
