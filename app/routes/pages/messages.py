"""Where messages go: a contact's mail address, and the links that stand in mails (a GET shows, a POST acts)."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Path, Response
from sqlmodel import Session

from app import access
from app.access import Caller
from app.errors import TooMany, Unreadable
from app.flows import subscriptions
from app.flows.subscriptions import Wanted
from app.models.people import Viewer
from app.phatic.wording import say
from app.routes.deps import CurrentViewer, KeysDep, LanguageDep, NowDep, ReadDep, WriteDep, caller_of
from app.routes.pages.doors import OwnPages, Said, go
from app.routes.pages.render import page

router = APIRouter(include_in_schema=False)
SAID: Final = {"asked": "messages.asked", "stopped": "messages.stopped"}
AsContact = Annotated[Caller, Depends(caller_of("contact"))]
Secret = Annotated[str, Path(max_length=64)]


@router.get("/kring/berichten")
def show(viewer: CurrentViewer, session: ReadDep, said: Said) -> Response:
    """Show where messages go, and how to stop."""
    return _messages_page(session, viewer, said=SAID.get(said or ""))


def _messages_page(
    session: Session, viewer: Viewer, *, said: str | None = None, wrong: str | None = None, address: str = ""
) -> Response:
    places = [place for place in subscriptions.of(session, viewer) if place.channel == subscriptions.EMAIL]
    return page(
        viewer.language,
        "messages.html",
        422 if wrong else 200,
        said=said,
        wrong=wrong,
        address=address,
        places=[place for place in places if place.switched_off_at is None],
        grants=access.grants_of(session, viewer),
    )


@router.post("/kring/berichten", dependencies=[OwnPages])
def add(
    viewer: CurrentViewer,
    session: WriteDep,
    keys: KeysDep,
    now: NowDep,
    address: Annotated[str, Form(max_length=254)] = "",
) -> Response:
    """Take a mail address in; it gets one question first, and nothing else before it said yes."""
    try:
        wanted = Wanted(channel=subscriptions.EMAIL, where=address.strip())
        with session.begin_nested():
            subscriptions.add(session, keys, viewer, wanted, now)
    except Unreadable:
        return _messages_page(session, viewer, wrong="messages.wrong", address=address)
    except TooMany:
        return _messages_page(session, viewer, wrong="messages.too_often")
    return go("/kring/berichten?gezegd=asked")


@router.post("/kring/berichten/{subscription_id}/weg", dependencies=[OwnPages])
def remove(subscription_id: UUID, _: CurrentViewer, caller: AsContact, session: WriteDep) -> Response:
    """Forget an address."""
    subscriptions.remove(session, access.subscription_of(session, caller, subscription_id))
    return go("/kring/berichten?gezegd=stopped")


@router.get("/v/{token}")
def ask_whether_right(token: Secret, session: ReadDep, keys: KeysDep, language: LanguageDep, now: NowDep) -> Response:
    """Ask whether an address is right; a mail scanner that opens the link changes nothing."""
    subscriptions.find_to_verify(session, keys, token, now)
    return _ask(language, "v", f"/v/{token}", otherwise=say(language, "v.else"))


@router.post("/v/{token}", dependencies=[OwnPages])
def verify(token: Secret, session: WriteDep, keys: KeysDep, language: LanguageDep, now: NowDep) -> Response:
    """Switch an address on."""
    subscriptions.verify(session, keys, token, now)
    return _done(language, "v")


@router.get("/s/{token}")
def ask_whether_to_stop(token: Secret, session: ReadDep, keys: KeysDep, language: LanguageDep) -> Response:
    """Ask whether to stop; a mail scanner that opens the link changes nothing."""
    subscriptions.find_to_stop(session, keys, token)
    return _ask(language, "s", f"/s/{token}")


@router.post("/s/{token}")
def stop(token: Secret, session: WriteDep, keys: KeysDep, language: LanguageDep, now: NowDep) -> Response:
    """Switch an address off; a mail program may do this by itself (RFC 8058), so it may come from anywhere."""
    subscriptions.stop(session, keys, token, now)
    return _done(language, "s")


def _ask(language: str, key: str, action: str, *, otherwise: str | None = None) -> Response:
    return page(
        language,
        "ask.html",
        title=say(language, f"{key}.title"),
        what=say(language, f"{key}.what"),
        button=say(language, f"{key}.button"),
        action=action,
        else_words=otherwise,
    )


def _done(language: str, key: str) -> Response:
    lines = [say(language, f"{key}.done.what")]
    return page(language, "told.html", title=say(language, f"{key}.done"), lines=lines, way_out=None)
