"""Forgets what is old enough, resident by resident, once a day: each row of the table (`trust.md` 21) is one function.

What else has an end keeps it where it lives: wrong codes an hour, answers a day, links of addresses a week.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, exists, func, or_, update
from sqlmodel import Session, col, select

from app.flows import agreements, leaving, outbox, pauses, reviews, shortened
from app.models.circle import Consent, Contact, Invitation
from app.models.outbox import Attempt, OutboxItem
from app.models.people import Pairing, Resident
from app.models.silence import Freeze, Pause, Proposal, Question, Representative, Silence
from app.models.walks import Change, Teken, Walk
from app.phatic.when import part_begins

EVERY = timedelta(days=1)
AHEAD = timedelta(hours=1)
EXACT_KEPT = timedelta(days=7)
LINES_KEPT = timedelta(days=7)
WAYS_IN_KEPT = timedelta(days=14)
ATTEMPTS_KEPT = timedelta(days=30)
ENDED_KEPT, UNCONFIRMED_KEPT = timedelta(days=365), timedelta(days=30)
DORMANT_ASKED, DORMANT_ERASED = timedelta(days=365), timedelta(days=548)
# Whoever was asked late still has half a year to answer.
TIME_TO_ANSWER = DORMANT_ERASED - DORMANT_ASKED
STEP: Final = timedelta(microseconds=1)


def due(session: Session, now: datetime, limit: int) -> Sequence[UUID]:
    """Return the residents whose daily tidying is due, by the index on that moment."""
    is_due = or_(col(Resident.tidy_at) <= now, col(Resident.tidy_at).is_(None))
    return session.exec(select(Resident.id).where(is_due).limit(limit)).all()


def tidy(session: Session, resident_id: UUID, now: datetime) -> str:
    """Apply every rule to one resident, in one transaction that touches nobody else; or say why not."""
    resident = session.get(Resident, resident_id, with_for_update=True)
    if resident is None or (resident.tidy_at and resident.tidy_at > now):
        return "not-due"
    resident.tidy_at = now + EVERY
    session.flush()
    for rule in RULES:
        rule(session, resident, now)
    return "tidied"


def put_off(session: Session, resident_id: UUID, now: datetime) -> None:
    """Put a resident whom we cannot tidy out of the way for an hour."""
    session.exec(update(Resident).where(col(Resident.id) == resident_id).values(tidy_at=now + AHEAD))


def forget_old_signs(session: Session, resident: Resident, now: datetime) -> None:
    """Drop teken and Sketches after 400 days, or 7 where the resident chose that."""
    before = now - timedelta(days=min(resident.sign_days, shortened.teken_days(session, resident)))
    session.exec(delete(Teken).where(col(Teken.resident_id) == resident.id, col(Teken.made_at) <= before))
    is_over = (col(Walk.arrived_at) <= before, col(Walk.state) != "held")
    session.exec(delete(Walk).where(col(Walk.resident_id) == resident.id, *is_over))


def forget_exact_times(session: Session, resident: Resident, now: datetime) -> None:
    """Keep of a time, after 7 days, the local day and its part.

    A grant that began inside a part still parts what was before it from what came after: moments of the resident's
    own decisions stay, so that nobody sees more or less than before.
    """
    before = now - EXACT_KEPT
    coarse = Coarse(resident.time_zone, _decisions(session, resident))
    signs = select(Teken).where(Teken.resident_id == resident.id, col(Teken.is_exact), Teken.made_at <= before)
    is_told = or_(col(Teken.told_at).is_not(None), col(Teken.tell_at).is_(None))
    for sign in session.exec(signs.where(is_told).order_by(col(Teken.happened_at), col(Teken.id))):
        sign.happened_at, sign.made_at = coarse.in_order(sign.happened_at), coarse(sign.made_at)
        sign.tell_at = coarse(sign.tell_at) if sign.tell_at else None
        sign.told_at = coarse(sign.told_at) if sign.told_at else None
        sign.repeats_told_at = coarse(sign.repeats_told_at) if sign.repeats_told_at else None
        sign.is_exact = False
    coarse = Coarse(resident.time_zone, [])
    walks = select(Walk).where(Walk.resident_id == resident.id, col(Walk.is_exact), Walk.arrived_at <= before)
    for walk in session.exec(walks.where(Walk.state != "held").order_by(col(Walk.arrived_at), col(Walk.id))):
        walk.arrived_at, walk.ended_at = coarse.in_order(walk.arrived_at), coarse(walk.ended_at)
        walk.release_at = coarse(walk.release_at)
        walk.is_exact = False
    if resident.last_heard_at and resident.last_heard_at <= before:
        resident.last_heard_at = coarse(resident.last_heard_at)


class Coarse:
    """Puts moments back to the begin of their part of day, or to the last of some boundaries that lies between."""

    def __init__(self, time_zone: str, boundaries: Sequence[datetime]) -> None:
        self._zone = time_zone
        self._boundaries = sorted(boundaries)
        self._seen: dict[datetime, int] = {}

    def __call__(self, moment: datetime) -> datetime:
        """Return the coarse moment: on the same side of every boundary, in the same part of the same day."""
        begins = part_begins(moment, self._zone)
        place = bisect_right(self._boundaries, moment)
        return max(begins, self._boundaries[place - 1]) if place else begins

    def in_order(self, moment: datetime) -> datetime:
        """Return the coarse moment, a microsecond after the one before it: an order, and no time."""
        coarse = self(moment)
        self._seen[coarse] = self._seen.get(coarse, -1) + 1
        return min(coarse + self._seen[coarse] * STEP, moment)


def _decisions(session: Session, resident: Resident) -> list[datetime]:
    """Return when anything was granted or taken back."""
    began = session.exec(select(Contact.began_at).where(Contact.resident_id == resident.id))
    consents = session.exec(select(Consent.from_at, Consent.until_at).where(Consent.resident_id == resident.id))
    moments = [*began, *(moment for pair in consents for moment in pair)]
    return [moment for moment in moments if moment]


def forget_stream(session: Session, resident: Resident, now: datetime) -> None:
    """Drop lines of the live stream after 7 days; a page that was away longer is told to read again."""
    mine = col(Change.resident_id) == resident.id
    session.exec(delete(Change).where(mine, col(Change.changed_at) <= now - LINES_KEPT))


def forget_attempts(session: Session, resident: Resident, now: datetime) -> None:
    """Drop what was sent, and each attempt at it, after 30 days.

    Where a question went is kept while its silence is open: whoever was told will hear how it ends (agreements, 8).
    """
    mine = col(OutboxItem.resident_id) == resident.id
    is_open = (
        exists()
        .where(col(Question.id) == OutboxItem.question_id, col(Silence.id) == Question.silence_id)
        .where(col(Silence.closed_at).is_(None))
    )
    session.exec(delete(OutboxItem).where(mine, col(OutboxItem.ended_at) <= now - ATTEMPTS_KEPT, ~is_open))
    own = col(Attempt.resident_id) == resident.id
    session.exec(delete(Attempt).where(own, col(Attempt.started_at) <= now - ATTEMPTS_KEPT))


def forget_unowned_attempts(session: Session, now: datetime) -> None:
    """Drop after 30 days what was sent to contacts about nobody: questions whether an address is right, and tries."""
    unowned = col(OutboxItem.resident_id).is_(None)
    session.exec(delete(OutboxItem).where(unowned, col(OutboxItem.ended_at) <= now - ATTEMPTS_KEPT))


def forget_ways_in(session: Session, resident: Resident, now: datetime) -> None:
    """Drop codes and links, used or dead, after 14 days; names of those who never came go with `circle`'s own job."""
    before = now - WAYS_IN_KEPT
    session.exec(delete(Pairing).where(col(Pairing.resident_id) == resident.id, col(Pairing.made_at) <= before))
    came = select(Contact.id).where(Contact.resident_id == resident.id, col(Contact.viewer_id).is_not(None))
    is_over = or_(col(Invitation.used_at).is_not(None), col(Invitation.contact_id).in_(came))
    mine = col(Invitation.resident_id) == resident.id
    session.exec(delete(Invitation).where(mine, col(Invitation.made_at) <= before, is_over))


def end_pauses(session: Session, resident: Resident, now: datetime) -> None:
    """End a pause that no due moment fell into, so that its words have an end too."""
    pauses.end_due(session, resident, now)


def let_dormant_go(session: Session, resident: Resident, now: datetime) -> None:
    """Ask after 12 silent months whether all this should stay, and erase after 18; any sign of life is the answer."""
    quiet_since = max(resident.last_heard_at or resident.created_at, resident.created_at)
    if resident.frozen_at:
        return  # who died is not asked; when such an account is erased is the operator's rule (`teken erase`)
    if quiet_since > now - DORMANT_ASKED:
        resident.dormant_asked_at = None
    elif resident.dormant_asked_at is None:
        resident.dormant_asked_at = now
        outbox.ask_dormant(session, resident, now)
    elif quiet_since <= now - DORMANT_ERASED and resident.dormant_asked_at <= now - TIME_TO_ANSWER:
        session.flush()
        leaving.erase(session, resident, now, is_silent=True)  # a year and a half later it would only startle


def forget_closed_silences(session: Session, resident: Resident, now: datetime) -> None:
    """Drop silences, with their questions and acts, 12 months after they closed, or sooner where care says so."""
    before = now - timedelta(days=shortened.closed_episode_days(session, resident))
    session.exec(delete(Silence).where(col(Silence.resident_id) == resident.id, col(Silence.closed_at) <= before))


def forget_what_ended(session: Session, resident: Resident, now: datetime) -> None:
    """Drop, 12 months after their end, pauses, proposals, who spoke for somebody, and requests to rest.

    A "do not ask again" stays, and so does the request under which an account rests. One that no second person
    confirmed goes after a month: it counts for two weeks.
    """
    before = now - ENDED_KEPT
    mine = (
        delete(Pause).where(col(Pause.resident_id) == resident.id, col(Pause.ended_at) <= before),
        delete(Proposal)
        .where(col(Proposal.resident_id) == resident.id, col(Proposal.made_at) <= before)
        .where(col(Proposal.is_muted).is_(False)),
        delete(Representative)
        .where(col(Representative.resident_id) == resident.id)
        .where(func.coalesce(col(Representative.ended_at), col(Representative.until_at)) <= before),
        delete(Freeze).where(col(Freeze.resident_id) == resident.id, col(Freeze.thawed_at) <= before),
        delete(Freeze)
        .where(col(Freeze.resident_id) == resident.id, col(Freeze.confirmed_at).is_(None))
        .where(col(Freeze.asked_at) <= now - UNCONFIRMED_KEPT),
    )
    for old in mine:
        session.exec(old)


RULES: tuple[Callable[[Session, Resident, datetime], None], ...] = (
    forget_old_signs,
    forget_exact_times,
    forget_stream,
    forget_attempts,
    forget_ways_in,
    forget_closed_silences,
    forget_what_ended,
    reviews.keep,
    pauses.forget_words,
    end_pauses,
    agreements.tell_if_nobody_is_left,
    agreements.offer_calmer,
    let_dormant_go,
)
