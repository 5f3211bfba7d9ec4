"""Silences over HTTP, for those who were told: look, and answer."""

from uuid import UUID

from fastapi import APIRouter, Response

from app import access
from app.flows import answers, episodes
from app.flows.answers import Answer
from app.flows.episodes import Episode
from app.models.bodies import Page
from app.models.silence_bodies import AnswerIn, EpisodeAnswer, EpisodeOut
from app.phatic.teken import ResidentName
from app.routes.deps import CurrentCaller, KeysDep, NowDep, ReadDep, WriteDep
from app.routes.once import OnceDep, json_answer
from app.routes.problems import responses

router = APIRouter(prefix="/v1/episodes", tags=["silence"])


@router.get("", response_model=Page[EpisodeOut], responses=responses(401, 403))
def show(caller: CurrentCaller, session: ReadDep, now: NowDep) -> Response:
    """Show a resident their own silence while it is open, and a contact those they were told of."""
    if caller.viewer:
        grants = access.active_grants_of(session, caller.viewer)
        found = episodes.of_viewer(session, caller.viewer, grants, now)
    else:
        found = episodes.of_resident(session, access.as_resident(caller), now)
    return json_answer(Page(items=[episode_out(one) for one in found]))


@router.post("/{episode_id}/answers", response_model=EpisodeAnswer, responses=responses(401, 403, 404, 409))
def answer(
    episode_id: UUID, body: AnswerIn, caller: CurrentCaller, once: OnceDep, session: WriteDep, keys: KeysDep
) -> Response:
    """Answer as the one who was asked; what comes next is for the ladder to say."""
    question = access.question_of(session, caller, episode_id)

    def make() -> tuple[EpisodeAnswer, int]:
        silence = answers.give(session, keys, question, Answer(body.answer, body.until), once.now)
        shown = episodes.shaped(session, silence, episodes.reader_of(session, question), once.now)
        return EpisodeAnswer(episode=episode_out(shown)), 200

    return once.answer(session, make)


def episode_out(episode: Episode) -> EpisodeOut:
    """Return a silence as the contract has it."""
    return EpisodeOut.model_validate(
        {
            "id": episode.silence.id,
            "resident": ResidentName(id=episode.resident.id, name=episode.resident.name),
            "state": episode.silence.state,
            "overlay": episode.overlay,
            "since_words": episode.since,
            "asked_words": episode.asked,
            "claimed_by": episode.claimed_by,
            "answers": list(episode.answers),
        }
    )
