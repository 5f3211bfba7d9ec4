"""The base of every table: one naming convention, so that both databases and Alembic agree."""

from typing import ClassVar

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
