"""A token may be bound to one key of its system, by the key's thumbprint (RFC 9449)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_proving'),
    ]

    operations = [
        migrations.AddField(
            model_name='accesstoken',
            name='bound_to',
            field=models.CharField(blank=True, db_default='', default='', max_length=43),
        ),
    ]
