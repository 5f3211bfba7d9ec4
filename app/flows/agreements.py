"""What is agreed about silence: the resident chooses, alone, and reads first how long it can take."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from app import ledger
from app.errors import CircleNeeded
from app.flows import asking, caring, due, reach, record, silences
from app.flows.organisations import OTHER_HOURS
from app.models.circle import Contact
from app.models.people import Resident
from app.models.record import LogLine
from app.models.silence import Agreement, AgreementConsent, Silence
from app.phatic import waiting
from app.phatic.agreed import CALM, DAILY, EVERY_DAY, GREETINGS, SUGGESTED_AT, next_due
from app.phatic.rhythm import Rhythm, weekend
from app.phatic.waiting import People
from app.phatic.when import local_day
from app.phatic.wording import say

NOBODY: Final = "nobody"
# Of the consents kept in one table, those about silence; a yes to a caseworker is of another kind.
KINDS: Final = (GREETINGS, CALM, DAILY)
# More than three ended well within a month: product.md, agreements 12.
OFTEN, MONTH = 3, timedelta(days=30)
OTHER_HOURS_SHOWN: Final = timedelta(days=14)
WENT_WELL: Final = (silences.SIGN, silences.FINE, silences.REST, "well")


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants agreed; `at` ("11:00") and `weekdays` are for `daily`, rhythm and level for `calm`."""

    kind: str
    at: str | None = None
    weekdays: str = EVERY_DAY
    follows_rhythm: bool = False
    level: float = 0.5
    plan: str | None = None
    helped_by: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What is agreed now, whether it would work (`why` not), and how long it could take, in one sentence."""

    agreement: Agreement
    why: str | None
    longest_wait_words: str

    @property
    def works(self) -> bool:
        """Tell whether somebody would hear of a silence, where that was agreed."""
        return self.why is None


def of(session: Session, resident: Resident) -> Agreement:
    """Return what is agreed with this resident; everybody has one from the first day."""
    return session.get_one(Agreement, resident.id)


def standing(session: Session, resident: Resident, now: datetime) -> Standing:
    """Return what is agreed now, and what it would come to."""
    agreement = of(session, resident)
    is_empty = agreement.kind != GREETINGS and not reach.has_anybody(session, resident, now)
    return Standing(
        agreement=agreement,
        why=NOBODY if is_empty else None,
        longest_wait_words=longest_wait_words(session, resident, agreement, now),
    )


def choose(session: Session, resident: Resident, wish: Wish, now: datetime) -> Standing:
    """Agree on something else, from now on; an open silence is over, for it was the resident who chose.

    Whoever was asked hears that it is over, and not that all is well: that was not said.

    Raises:
        CircleNeeded: too few people said yes, or too few of them can be reached.
    """
    refuse_small_circle(session, resident, wish.kind, now)
    agreement = of(session, resident)
    if wish.kind == GREETINGS != agreement.kind and (held := _held(session, resident)):
        ledger.note(session, "agreement", *held)
    _take_over(agreement, wish)
    agreement.agreed_at, agreement.empty_told_at = now, None
    session.add(agreement)
    if silence := silences.current(session, resident.id):
        silences.close(session, silence, silences.CHANGED, now)
    session.flush()
    _keep_consent(session, resident, agreement, wish, now)
    record.write(session, resident.id, "agreed", now, agreed=wish.kind)
    due.set_anew(session, resident, now)
    session.refresh(agreement)
    return standing(session, resident, now)


def _take_over(agreement: Agreement, wish: Wish) -> None:
    """Write a wish into the row; what belongs to another kind goes back to what nobody chose."""
    is_daily = wish.kind == DAILY
    agreement.kind = wish.kind
    agreement.at = (wish.at or SUGGESTED_AT.isoformat("minutes")) if is_daily else None
    agreement.weekdays = wish.weekdays if is_daily else EVERY_DAY
    agreement.follows_rhythm = wish.kind == CALM and wish.follows_rhythm
    agreement.level = wish.level
    agreement.plan = wish.plan


def refuse_small_circle(session: Session, resident: Resident, kind: str, now: datetime) -> None:
    """Refuse what nobody could keep: `calm` needs one whom we can reach, `daily` two, or one and a caseworker."""
    needed = {GREETINGS: 0, CALM: 1, DAILY: 2}[kind]
    there = len(silences.askable(session, resident))
    if there and kind == DAILY and caring.care_of(session, resident.id, now):
        there += 1
    if there < needed:
        raise CircleNeeded(_what_lacks(session, resident, there))


def _what_lacks(session: Session, resident: Resident, there: int) -> str:
    if there:
        return "one-more"
    accepted = select(func.count()).where(Contact.resident_id == resident.id, Contact.state == "active")
    may_be_asked = accepted.where(col(Contact.is_quiet).is_(False), col(Contact.sees_ladder).is_(True))
    may_be_asked = may_be_asked.where(col(Contact.is_sixteen).is_not(False))
    return "no-address" if session.exec(may_be_asked).one() else "nobody"


def longest_wait_words(session: Session, resident: Resident, wanted: Agreement, now: datetime) -> str:
    """Return in one sentence how long it can take until somebody hears (`trust.md` 33)."""
    language = resident.language
    if wanted.kind == GREETINGS:
        return say(language, "agreement.wait.greetings")
    people = reach.people_of(session, resident, now)
    wait = _longest(session, resident, wanted, people, now)
    return waiting.words(language, wait, resident.time_zone) if wait else say(language, "agreement.wait.nobody")


def _longest(
    session: Session, resident: Resident, wanted: Agreement, people: People, now: datetime
) -> waiting.Wait | None:
    return waiting.longest(wanted.kind, people, _due_after(session, resident, wanted, now), now)


def _due_after(
    session: Session, resident: Resident, wanted: Agreement, now: datetime
) -> Callable[[datetime], datetime | None]:
    """Return what is due after a sign at some moment of the week to come, by this agreement and rhythm."""
    known = of(session, resident).rhythm
    terms, zone = due.terms_of(wanted), resident.time_zone

    def due_after(heard_at: datetime) -> datetime | None:
        rhythm = Rhythm.from_json(known, weekend)
        rhythm.restart(local_day(heard_at, zone))
        return next_due(terms, rhythm, heard_at=heard_at, now=now, time_zone=zone)

    return due_after


def preview(session: Session, resident: Resident, wish: Wish, now: datetime) -> str:
    """Return how long it could take by a wish that is not agreed yet."""
    wanted = Agreement(resident_id=resident.id, agreed_at=now)
    _take_over(wanted, wish)
    return longest_wait_words(session, resident, wanted, now)


def words_of(session: Session, resident: Resident, agreement: Agreement, now: datetime) -> str:
    """Return everything that somebody agrees to, as the page shows it: what happens, who, and the longest wait."""
    language, kind = resident.language, agreement.kind
    said = [say(language, f"agreement.{kind}"), say(language, f"agreement.{kind}.does")]
    if kind != GREETINGS and caring.care_of(session, resident.id, now):
        said.append(say(language, "agreement.caseworker.does"))
    said += [longest_wait_words(session, resident, agreement, now), say(language, "agreement.no_rescue")]
    return f"{said[0]}. " + " ".join(said[1:])


def _held(session: Session, resident: Resident) -> Sequence[UUID]:
    """Return which words held until now."""
    mine = select(AgreementConsent.id).where(AgreementConsent.resident_id == resident.id)
    open_ones = mine.where(col(AgreementConsent.until_at).is_(None), col(AgreementConsent.kind).in_(KINDS))
    return session.exec(open_ones).all()


def end_again(session: Session, consent_id: UUID, now: datetime) -> None:
    """After a restore: end what its resident had ended, if it holds here still; they may agree anew."""
    consent = session.get(AgreementConsent, consent_id)
    if consent and consent.until_at is None:
        choose(session, session.get_one(Resident, consent.resident_id), Wish(GREETINGS), now)


def _keep_consent(session: Session, resident: Resident, agreement: Agreement, wish: Wish, now: datetime) -> None:
    """Keep the words as they were shown, the longest wait among them; those before end now, a yes to care does not."""
    session.exec(
        update(AgreementConsent)
        .where(col(AgreementConsent.resident_id) == resident.id, col(AgreementConsent.until_at).is_(None))
        .where(col(AgreementConsent.kind).in_(KINDS))
        .values(until_at=now)
    )
    session.add(
        AgreementConsent(
            resident_id=resident.id,
            kind=agreement.kind,
            words=words_of(session, resident, agreement, now),
            version=say(resident.language, "agreement.version"),
            language=resident.language,
            helped_by=wish.helped_by,
            from_at=now,
        )
    )


def consents_of(session: Session, resident: Resident) -> list[AgreementConsent]:
    """Return every agreement there was, newest first, in the words that were shown."""
    mine = select(AgreementConsent).where(AgreementConsent.resident_id == resident.id)
    mine = mine.where(col(AgreementConsent.kind).in_(KINDS))
    return list(session.exec(mine.order_by(col(AgreementConsent.from_at).desc(), col(AgreementConsent.id))))


def tell_if_nobody_is_left(session: Session, resident: Resident, now: datetime) -> None:
    """Tell the resident, once and privately, that an agreement has nobody left whom we could ask (`trust.md` 29)."""
    agreement = session.get(Agreement, resident.id)
    if agreement is None or agreement.kind == GREETINGS or resident.frozen_at:
        return
    if reach.has_anybody(session, resident, now):
        agreement.empty_told_at = None
    elif agreement.empty_told_at is None:
        agreement.empty_told_at = now
        asking.notice(session, resident, "circle-empty", now)
        record.write(session, resident.id, "agreement-works-not", now)


def offer_calmer(session: Session, resident: Resident, now: datetime) -> None:
    """Offer something calmer after more than three silences in a month that all ended well; once a month."""
    agreement = session.get(Agreement, resident.id)
    if agreement is None or agreement.kind == GREETINGS or resident.frozen_at:
        return
    offered_at = agreement.calmer_offered_at
    if (offered_at is None or offered_at <= now - MONTH) and _went_well(session, resident, now) > OFTEN:
        agreement.calmer_offered_at = now
        asking.notice(session, resident, "calmer-offer", now)


def is_calmer_offered(agreement: Agreement, now: datetime) -> bool:
    """Tell whether the page offers something calmer: for a month, or until something else is agreed."""
    offered_at = agreement.calmer_offered_at
    return offered_at is not None and offered_at > max(now - MONTH, agreement.agreed_at)


def may_last_longer(session: Session, resident: Resident, agreement: Agreement, now: datetime) -> bool:
    """Tell whether their caseworker works at other hours than when this was agreed: for two weeks the page says so."""
    if agreement.kind == GREETINGS or caring.care_of(session, resident.id, now) is None:
        return False
    since = max(now - OTHER_HOURS_SHOWN, agreement.agreed_at)
    said = select(LogLine.number).where(LogLine.resident_id == resident.id, LogLine.kind == OTHER_HOURS)
    return session.exec(said.where(LogLine.written_at > since).limit(1)).first() is not None


def _went_well(session: Session, resident: Resident, now: datetime) -> int:
    ended = select(func.count()).where(Silence.resident_id == resident.id, col(Silence.closed_at) > now - MONTH)
    return session.exec(ended.where(col(Silence.outcome).in_(WENT_WELL))).one()
