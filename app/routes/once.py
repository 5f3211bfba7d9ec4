"""`Idempotency-Key`: the same request twice is one request, in the same transaction as what it makes."""

from collections.abc import AsyncIterator, Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from app.auth import Keys
from app.flows import once
from app.routes.deps import HouseDep, NowDep

KEY_CHARACTERS = 255
JSON = "application/json"


def json_answer(content: BaseModel, status: int = 200) -> Response:
    """Shape an answer; what is absent is left out, never null."""
    return Response(content.model_dump_json(exclude_none=True), status, media_type=JSON)


@dataclass(slots=True)
class Once:
    """One request's key, bound to who asks and to the endpoint; without a key everything simply runs."""

    keys: Keys
    now: datetime
    key_hash: str | None
    body: bytes

    def answer(
        self,
        session: Session,
        make: Callable[[], tuple[BaseModel, int]],
        *,
        is_secret: bool = False,
        about: UUID | None = None,
        again: Callable[[UUID], BaseModel] | None = None,
    ) -> Response:
        """Make the answer, or repeat the one that was given to the same request; `about` whose sign is in it.

        With `again` the answer itself is kept for a moment, then only the walk's id: from that it is shaped anew.
        """
        if self.key_hash is None:
            return json_answer(*make())
        body_hash = self.keys.digest("body", self.body).hex()
        if found := once.earlier_answer(session, self.key_hash, body_hash, self.now):
            if again and (walk_id := once.walk_of(found, self.now)):
                return json_answer(again(walk_id), found.status)
            return Response(found.body, found.status, media_type=JSON)
        content, status = make()
        answer = json_answer(content, status)
        kept = None if is_secret else bytes(answer.body).decode()
        once.keep_answer(session, self.key_hash, body_hash, status=status, body=kept, resident_id=about, now=self.now)
        return answer


async def get_once(
    request: Request,
    house: HouseDep,
    now: NowDep,
    key: Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=KEY_CHARACTERS)] = None,
) -> AsyncIterator[Once]:
    """Bind the key to the token and the endpoint, and let one request with it run at a time.

    The body is read already, unless it is a file: `read_upload` then says what is compared.
    """
    is_file = request.url.path == "/v1/walks"
    body = b"" if is_file else await request.body()
    key_hash = None
    if key is not None:
        # As `token_of` takes it: another scheme is of a proxy before us, and the same for everybody behind it.
        authorization = request.headers.get("authorization", "")
        is_bearer = authorization[:7].lower() == "bearer "
        who = authorization if is_bearer else request.headers.get("cookie", "")
        scope = f"{who}\n{request.method}\n{request.url.path}\n{key}"
        key_hash = house.keys.digest("once", scope.encode()).hex()
    with house.one_at_a_time(key_hash) if key_hash else nullcontext():
        yield Once(keys=house.keys, now=now, key_hash=key_hash, body=body)


OnceDep = Annotated[Once, Depends(get_once, scope="function")]
