"""The database itself keeps the audit log as it was written.

This guards against our own application and what runs through it; whoever holds the database can
take the triggers away. They are put in place after every migration and taken away before it,
since SQLite makes a table anew to change it, and so would lose them or trip over them.
"""

from django.db import connections

POSTGRESQL = """
CREATE OR REPLACE FUNCTION accounts_event_stays() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE OR REPLACE FUNCTION accounts_organisation_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What has ended has ended.' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER accounts_event_stays BEFORE UPDATE OR DELETE ON accounts_event
FOR EACH ROW EXECUTE FUNCTION accounts_event_stays();
CREATE TRIGGER accounts_organisation_ended BEFORE UPDATE ON accounts_organisation
FOR EACH ROW WHEN (OLD.ended_on IS NOT NULL AND NEW.ended_on IS NULL)
EXECUTE FUNCTION accounts_organisation_ended();
"""  # noqa: E501

# Deleting is apart: tests on SQLite empty tables by it.
SQLITE_DELETE = """
CREATE TRIGGER accounts_event_no_delete BEFORE DELETE ON accounts_event
WHEN EXISTS (
    SELECT 1 FROM accounts_organisation o
    WHERE o.id = OLD.organisation_id AND o.ended_on IS NULL
)
BEGIN SELECT RAISE(ABORT, 'The audit log is append-only.'); END
"""
SQLITE = [
    """
    CREATE TRIGGER accounts_event_no_update BEFORE UPDATE ON accounts_event
    BEGIN SELECT RAISE(ABORT, 'The audit log is append-only.'); END
    """,
    """
    CREATE TRIGGER accounts_event_no_replace BEFORE INSERT ON accounts_event
    WHEN EXISTS (SELECT 1 FROM accounts_event e WHERE e.id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'The audit log is append-only.'); END
    """,
    """
    CREATE TRIGGER accounts_organisation_ended BEFORE UPDATE ON accounts_organisation
    WHEN OLD.ended_on IS NOT NULL AND NEW.ended_on IS NULL
    BEGIN SELECT RAISE(ABORT, 'What has ended has ended.'); END
    """,
    SQLITE_DELETE,
]
TRIGGERS = {
    "postgresql": {
        "accounts_event_stays": "accounts_event",
        "accounts_organisation_ended": "accounts_organisation",
    },
    "sqlite": {
        "accounts_event_no_update": "accounts_event",
        "accounts_event_no_replace": "accounts_event",
        "accounts_event_no_delete": "accounts_event",
        "accounts_organisation_ended": "accounts_organisation",
    },
}


def put(using: str = "default", **_kwargs) -> None:
    """Put the triggers in place, on tables as they stand now."""
    connection = connections[using]
    tables = connection.introspection.table_names()
    if not {"accounts_event", "accounts_organisation"} <= set(tables):
        return  # migrated back to before there was a log
    take_away(using)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL)
        else:
            for statement in SQLITE:
                cursor.execute(statement)


def take_away(using: str = "default", **_kwargs) -> None:
    """Take the triggers away, where they are."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for trigger, table in TRIGGERS[connection.vendor].items():
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger}")
            elif table in connection.introspection.table_names(cursor):
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger} ON {table}")
