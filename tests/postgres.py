"""A PostgreSQL server of the tests' own: in a temporary folder, on a socket, gone when the tests end."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import psycopg
from psycopg import sql

_TYPES = {"DOUBLE": "double precision", "VARCHAR": "text", "HUGEINT": "numeric"}


def is_installed() -> bool:
    """True where the server's programs are on the path."""
    return all(shutil.which(program) for program in ("initdb", "pg_ctl", "postgres"))


@contextmanager
def server() -> Iterator[psycopg.Connection]:
    """A connection to a new, empty server. It refuses to run as root, so it runs as `postgres` there."""
    folder = Path(tempfile.mkdtemp(prefix="leadline_pg_"))
    user = "postgres" if os.geteuid() == 0 else None
    if user is not None:
        entry = pwd.getpwnam(user)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    data = folder / "data"

    def run(*command: str) -> None:
        subprocess.run(command, check=True, capture_output=True, user=user, cwd=folder)

    try:
        run("initdb", "-D", str(data), "-U", "leadline", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        run("pg_ctl", "-D", str(data), "-o", options, "-w", "-l", str(folder / "log"), "start")
        try:
            with psycopg.connect(
                host=str(folder), user="leadline", dbname="postgres", autocommit=True
            ) as con:
                yield con
        finally:
            run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def copy_tables(source: duckdb.DuckDBPyConnection, target: psycopg.Connection) -> int:
    """Copies every table of DuckDB, schema by schema; returns how many."""
    tables = source.execute("select table_schema, table_name from information_schema.tables").fetchall()
    for schema, name in tables:
        relation = sql.Identifier(schema, name)
        target.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(schema)))
        described = source.execute(f'describe "{schema}"."{name}"').fetchall()
        columns = [
            sql.SQL("{} {}").format(sql.Identifier(row[0]), sql.SQL(_TYPES.get(row[1], row[1])))
            for row in described
        ]
        target.execute(sql.SQL("create table {} ({})").format(relation, sql.SQL(", ").join(columns)))
        with target.cursor().copy(sql.SQL("copy {} from stdin").format(relation)) as copy:
            for row in source.execute(f'select * from "{schema}"."{name}"').fetchall():
                copy.write_row(row)
    return len(tables)
