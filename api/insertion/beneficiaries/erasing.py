"""Erasing for good: what is deleted must not stay readable in the file of the database."""

from sqlmodel import Session


def overwrite_what_is_deleted(session: Session) -> None:
    """Have SQLite write zeros over what this connection deletes from now on.

    By default it only marks the place as free. Asked for before identities are written too: a row
    that moves to another page leaves a copy behind. PostgreSQL frees the place at its next VACUUM
    (docs/rgpd.md).
    """
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON").close()
