"""What goes in and out over HTTP about a silence: an episode, and an answer to it."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from app.models.bodies import In
from app.phatic.teken import ResidentName

OwnAnswer = Literal["fine", "rest", "away", "call_me"]
CircleAnswer = Literal["claim", "spoke", "not_now"]


class AnswerIn(In):
    """One answer of the person who was asked; `away` needs `until`."""

    answer: OwnAnswer | CircleAnswer
    until: AwareDatetime | None = None


class EpisodeOut(BaseModel):
    """One silence as somebody who was told of it reads it; `answers` is what they may answer now.

    `claimed_by` is a name only for those who may know it, else "iemand uit de kring".
    """

    id: UUID
    resident: ResidentName
    state: Literal["asked", "circle_asked", "caseworker_waiting", "acknowledged", "closed"]
    overlay: Literal["paused", "held"] | None = None
    since_words: str
    asked_words: str
    claimed_by: str | None = None
    answers: list[OwnAnswer | CircleAnswer]


class EpisodeAnswer(BaseModel):
    """One episode."""

    episode: EpisodeOut
