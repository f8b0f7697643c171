"""The tables of the chart, and the triggers that keep what was written."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from dayspring.clinic.charts import triggers


def guard(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    triggers.install(editor.connection)


def unguard(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    triggers.remove(editor.connection)


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ChartHead",
            fields=[
                ("chart", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField(default=0)),
                ("hash", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="ChartEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("chart", models.UUIDField()),
                ("number", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=80)),
                ("schema", models.PositiveSmallIntegerField()),
                ("body", models.TextField()),
                ("happened_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("by", models.TextField()),
                ("session", models.CharField(max_length=64)),
                ("corrects", models.PositiveIntegerField(null=True)),
                ("reason", models.TextField()),
                ("act_key", models.CharField(max_length=200)),
                ("act_digest", models.CharField(max_length=64)),
                ("part", models.PositiveSmallIntegerField()),
                ("version", models.CharField(max_length=40)),
                ("prev_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "indexes": [models.Index(fields=["session", "number"], name="lines_of_a_session")],
                "constraints": [
                    models.UniqueConstraint(fields=("chart", "number"), name="one_line_of_each_number"),
                    models.UniqueConstraint(
                        fields=("chart", "act_key", "part"), name="one_effect_of_each_act"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeviceBinding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("device", models.CharField(max_length=80)),
                ("chart", models.UUIDField()),
                ("session", models.CharField(max_length=64)),
                ("bound_at", models.DateTimeField()),
                ("bound_by", models.CharField(max_length=80)),
                ("unbound_at", models.DateTimeField(null=True)),
                ("unbound_by", models.CharField(default="", max_length=80)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("unbound_at", None)),
                        fields=("device",),
                        name="one_session_for_each_device",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("session", models.CharField(max_length=64)),
                ("chart", models.UUIDField()),
                ("device", models.CharField(max_length=80)),
                ("kind", models.CharField(max_length=40)),
                ("value", models.CharField(max_length=40)),
                ("unit", models.CharField(max_length=40)),
                ("device_at", models.DateTimeField(null=True)),
                ("received_at", models.DateTimeField()),
                ("quality", models.CharField(max_length=40)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["session", "received_at"], name="readings_of_a_session"),
                    models.Index(fields=["received_at"], name="readings_by_receipt"),
                ],
            },
        ),
        migrations.RunPython(guard, unguard),
    ]
