"""Contacts who can be asked: with a mail address that said yes."""

from typing import Any

from fastapi import FastAPI

from tests.office import mail_to
from tests.people import Person, make_contact


def make_reachable(app: FastAPI, resident: Person, name: str = "Bas", **given: Any) -> Person:
    """Return a contact with a verified address, whom a silence may be told."""
    contact = make_contact(resident, name, **given)
    mail_to(app.state.house, contact, f"{name.lower()}@post.example")
    return contact


def agree(resident: Person, kind: str = "calm", **given: Any) -> Any:
    """Let a resident agree on something, and return what is agreed."""
    answer = resident.client.put("/v1/agreement", headers=resident.auth, json={"kind": kind} | given)
    assert answer.status_code == 200, answer.text
    return answer.json()
