"""The database itself keeps the audit log as it was written."""

from django.db import migrations

POSTGRESQL = """
CREATE FUNCTION accounts_event_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND NOT EXISTS (
        SELECT 1 FROM accounts_organisation o
        WHERE o.id = OLD.organisation_id AND o.ended_on IS NULL
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'The audit log is append-only.' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER accounts_event_append_only BEFORE UPDATE OR DELETE ON accounts_event
FOR EACH ROW EXECUTE FUNCTION accounts_event_stays();
"""
POSTGRESQL_BACK = """
DROP TRIGGER accounts_event_append_only ON accounts_event;
DROP FUNCTION accounts_event_stays();
"""
SQLITE = [
    """
    CREATE TRIGGER accounts_event_no_update BEFORE UPDATE ON accounts_event
    BEGIN SELECT RAISE(ABORT, 'The audit log is append-only.'); END
    """,
    """
    CREATE TRIGGER accounts_event_no_delete BEFORE DELETE ON accounts_event
    WHEN EXISTS (
        SELECT 1 FROM accounts_organisation o
        WHERE o.id = OLD.organisation_id AND o.ended_on IS NULL
    )
    BEGIN SELECT RAISE(ABORT, 'The audit log is append-only.'); END
    """,
]
SQLITE_BACK = [
    "DROP TRIGGER accounts_event_no_update",
    "DROP TRIGGER accounts_event_no_delete",
]


def put(postgresql, sqlite):
    def run(_apps, schema_editor):
        with schema_editor.connection.cursor() as cursor:
            if schema_editor.connection.vendor == "postgresql":
                cursor.execute(postgresql)
            else:
                for statement in sqlite:
                    cursor.execute(statement)

    return run


class Migration(migrations.Migration):

    dependencies = [("accounts", "0002_looking_back")]

    operations = [
        migrations.RunPython(put(POSTGRESQL, SQLITE), put(POSTGRESQL_BACK, SQLITE_BACK)),
    ]
