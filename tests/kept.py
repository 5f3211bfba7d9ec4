"""Keeps what a database holds now, and puts it back: cheaper than to play the same beginning again."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import psycopg
from psycopg import sql

from app.models.base import Table

Restore = Callable[[], None]


def keep(database_url: str) -> Restore:
    """Keep everything, and return what puts it back; nobody may be in a transaction then."""
    if database_url.startswith("sqlite"):
        return _keep_file(database_url.removeprefix("sqlite:///"))
    return _keep_schema(database_url.replace("+psycopg", "", 1))


def _keep_file(path: str) -> Restore:
    kept = sqlite3.connect(":memory:", check_same_thread=False)
    with closing(sqlite3.connect(path)) as now:
        now.backup(kept)

    def restore() -> None:
        with closing(sqlite3.connect(path)) as now:
            kept.backup(now)

    return restore


def _keep_schema(url: str) -> Restore:
    names = [sql.Identifier(table.name) for table in Table.metadata.sorted_tables]
    with psycopg.connect(url) as connection:
        connection.execute("DROP SCHEMA IF EXISTS kept CASCADE; CREATE SCHEMA kept")
        for name in names:
            connection.execute(sql.SQL("CREATE TABLE kept.{0} AS TABLE public.{0}").format(name))

    def restore() -> None:
        with psycopg.connect(url) as connection:
            for name in reversed(names):
                connection.execute(sql.SQL("DELETE FROM public.{}").format(name))
            for name in names:
                into = sql.SQL("INSERT INTO public.{0} OVERRIDING SYSTEM VALUE SELECT * FROM kept.{0}").format(name)
                connection.execute(into)

    return restore
