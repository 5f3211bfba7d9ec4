"""The floor of the check-in bench: a bare FastAPI + SQLModel service that inserts one row."""

import sqlite3
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from typing import Annotated
from uuid import UUID, uuid4

import uvicorn
from anyio.to_thread import current_default_thread_limiter
from fastapi import Depends, FastAPI
from sqlalchemy import create_engine, event
from sqlmodel import Field, Session, SQLModel

from app.db import READERS


class Row(SQLModel, table=True):
    """One row."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    text: str


def create_app(path: str) -> FastAPI:
    """Return the smallest service that stores something durably, with the session closed before the answer leaves."""
    engine = create_engine(
        f"sqlite:///{path}",
        pool_size=READERS,  # as many as our own service has
        max_overflow=0,
        connect_args={"check_same_thread": False, "timeout": 30},
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")

    SQLModel.metadata.create_all(engine)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        # With more threads than connections a busy machine lets some wait for one until they give up.
        current_default_thread_limiter().total_tokens = READERS
        yield

    app = FastAPI(lifespan=lifespan)

    def get_session() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    @app.post("/rows", status_code=201)
    def add(session: Annotated[Session, Depends(get_session, scope="function")]) -> Row:
        row = Row(text="teken")
        session.add(row)
        session.commit()
        session.refresh(row)
        session.close()  # or its connection waits until a thread is free to end the request, and threads for it
        return row

    return app


if __name__ == "__main__":
    uvicorn.run(create_app(sys.argv[1]), port=int(sys.argv[2]), access_log=False, log_level="error")
