import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Sent",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("sent_at", models.DateTimeField()),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                ("birth_date", models.DateField(verbose_name="born")),
                ("phone", models.CharField(max_length=40, verbose_name="phone")),
                (
                    "words",
                    models.CharField(blank=True, max_length=500, verbose_name="what you want us to know"),
                ),
                ("answers", models.JSONField()),
                ("chart", models.UUIDField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("done_by", models.CharField(blank=True, max_length=120)),
                ("set_aside", models.CharField(blank=True, max_length=200)),
            ],
            options={"ordering": ("sent_at",)},
        ),
    ]
