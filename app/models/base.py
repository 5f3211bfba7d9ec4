"""The base of every table: one naming convention, so that both databases and Alembic agree."""

from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy import MetaData
from sqlmodel import SQLModel

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """A table in this service's own metadata."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMES)


def columns_of(model: type[Table]) -> sa.Table:
    """Return the bare table, for statements made once: on hot paths the ORM costs more than the database."""
    return model.__table__  # ty: ignore[missing-attribute]  # every model has one; SQLModel does not declare it
