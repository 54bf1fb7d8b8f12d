"""When something should have been told, so that what is told late can say so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]
    operations = [
        migrations.AddField("notice", "due_at", models.DateTimeField(blank=True, null=True)),
    ]
