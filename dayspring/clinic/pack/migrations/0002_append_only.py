"""The database itself refuses to change or take away a signature."""

from django.db import migrations

TABLE = "pack_packsignature"

SQLITE = (
    f"CREATE TRIGGER {TABLE}_refuses_update BEFORE UPDATE ON {TABLE} "
    f"BEGIN SELECT RAISE(ABORT, 'UPDATE on {TABLE} is refused: what was signed stays'); END",
    f"CREATE TRIGGER {TABLE}_refuses_delete BEFORE DELETE ON {TABLE} "
    f"BEGIN SELECT RAISE(ABORT, 'DELETE on {TABLE} is refused: what was signed stays'); END",
    # INSERT OR REPLACE deletes the row that is in its way without asking the triggers on DELETE.
    f"CREATE TRIGGER {TABLE}_refuses_replace BEFORE INSERT ON {TABLE} "
    f"BEGIN SELECT RAISE(ABORT, 'REPLACE on {TABLE} is refused: what was signed stays') "
    f"WHERE EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id); END",
)
POSTGRES = (
    "CREATE OR REPLACE FUNCTION pack_signature_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "RAISE EXCEPTION '% on % is refused: what was signed stays', TG_OP, TG_TABLE_NAME; END $$",
    f"CREATE TRIGGER {TABLE}_refuses_change BEFORE UPDATE OR DELETE ON {TABLE} "
    "FOR EACH ROW EXECUTE FUNCTION pack_signature_refuse()",
    f"CREATE TRIGGER {TABLE}_refuses_truncate BEFORE TRUNCATE ON {TABLE} "
    "FOR EACH STATEMENT EXECUTE FUNCTION pack_signature_refuse()",
)
UNDO = {
    "sqlite": tuple(f"DROP TRIGGER {TABLE}_refuses_{verb}" for verb in ("update", "delete", "replace")),
    "postgresql": (
        f"DROP TRIGGER {TABLE}_refuses_change ON {TABLE}",
        f"DROP TRIGGER {TABLE}_refuses_truncate ON {TABLE}",
        "DROP FUNCTION pack_signature_refuse()",
    ),
}
DO = {"sqlite": SQLITE, "postgresql": POSTGRES}


def guard(apps, editor):
    for statement in DO[editor.connection.vendor]:
        editor.execute(statement, None)


def unguard(apps, editor):
    for statement in UNDO[editor.connection.vendor]:
        editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies = [("pack", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
