"""A caseworker asks, the resident answers: nobody at an organisation sees anything before that yes counts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from app import access_work, auth, ledger
from app.auth import Keys
from app.errors import Conflict, Expired, NotAllowed, NotFound
from app.flows import asking, due, organisations, people, record, returning, silences
from app.models.people import Pairing, Resident
from app.models.silence import AgreementConsent
from app.models.work import Care, CareCode, Handover, Member, Organisation
from app.phatic.wording import say

ASKED, ACTIVE, DECLINED, ENDED = "asked", "active", "declined", "ended"
# A yes to what somebody else proposed (`trust.md` 31): until then "Toch niet", and nobody sees anything.
COUNTS_AFTER = timedelta(hours=24)
ASK_AGAIN_AFTER = timedelta(days=30)
KIND = "care"


@dataclass(frozen=True, slots=True)
class Begun:
    """A resident whom a caseworker helped to begin, with the way in for their first device."""

    resident: Resident
    care: Care
    pairing: Pairing
    code: str
    link: str


def ask(session: Session, member: Member, resident_id: UUID, now: datetime) -> Care:
    """Lay a caseworker's question before a resident; it shows nothing, and answers nothing about them.

    Once in thirty days for an organisation, whatever was answered: who asks cannot tell a no from no answer.
    """
    organisation = organisations.need_basis(session, member.organisation_id, now)
    resident = session.get(Resident, resident_id, with_for_update=True)
    if resident is None:
        raise NotFound
    had = session.exec(
        select(Care).where(Care.resident_id == resident_id, Care.organisation_id == organisation.id)
    ).all()
    is_open = any(care.state in {ASKED, ACTIVE} for care in had)
    if is_open or any(care.asked_at > now - ASK_AGAIN_AFTER for care in had if _never_began(care)):
        raise Conflict("already-done")
    care = Care(
        resident_id=resident_id, organisation_id=organisation.id, member_id=member.id, state=ASKED, asked_at=now
    )
    if any(one.is_muted for one in had):
        care.state, care.is_muted = DECLINED, True
    else:
        _line(session, care, "care-asked", now)
        asking.notice(session, resident, "care-asked", now)
    session.add(care)
    session.flush()
    return care


def _never_began(care: Care) -> bool:
    """Tell whether the answer was no; a yes that was taken back before it counted looks the same."""
    is_undone = care.from_at is None or (care.ended_at is not None and care.ended_at < care.from_at)
    return care.state == DECLINED or (care.state == ENDED and is_undone)


def begin_for(
    session: Session, keys: Keys, member: Member, *, name: str, language: str, time_zone: str, now: datetime
) -> Begun:
    """Let a new resident begin, with a caseworker beside them; the caseworker's question already lies there."""
    organisations.need_basis(session, member.organisation_id, now)
    resident, _ = people.add_resident(session, keys, name=name, language=language, time_zone=time_zone, now=now)
    care = ask(session, member, resident.id, now)
    pairing, code, link = people.make_pairing(session, keys, resident, now, is_own=False)
    return Begun(resident, care, pairing, code, link)


def pairing_for(
    session: Session, keys: Keys, member: Member, resident_id: UUID | None, now: datetime
) -> tuple[Pairing, str, str]:
    """Make a new way in for somebody who has not begun yet, and whom this organisation asked (`trust.md` 1).

    Of who has begun it tells nothing more: what they answered is not to be read here.
    """
    organisations.need_basis(session, member.organisation_id, now)
    cares = select(Care).where(Care.resident_id == resident_id, Care.organisation_id == member.organisation_id)
    states = {care.state for care in session.exec(cares)}
    if resident_id is None or not states:
        raise NotFound
    if people.has_begun(session, resident_id):
        raise NotAllowed("not-yours-to-pair")
    if not states & {ASKED, ACTIVE}:
        raise NotFound
    return people.make_pairing(session, keys, session.get_one(Resident, resident_id), now, is_own=False)


def new_code(session: Session, keys: Keys, resident: Resident, now: datetime) -> tuple[CareCode, str]:
    """Make eight letters that a resident reads aloud to a caseworker; all they open is the question."""
    code = auth.new_code()
    row = CareCode(resident_id=resident.id, code_hash=keys.hash(code), made_at=now)
    session.add(row)
    session.flush()
    return row, code


def ask_by_code(session: Session, keys: Keys, member: Member, code: str, now: datetime) -> Care:
    """Ask the resident who read these letters aloud; who they are is not told."""
    row = session.exec(select(CareCode).where(CareCode.code_hash == keys.hash(code))).first()
    if row is None:
        raise NotFound
    if row.made_at + auth.CODE_LIVES <= now:
        raise Expired
    used = update(CareCode).where(col(CareCode.id) == row.id, col(CareCode.used_at).is_(None)).values(used_at=now)
    if session.exec(used).rowcount != 1:
        raise Conflict("already-done")
    return ask(session, member, row.resident_id, now)


def asked_of(session: Session, resident: Resident) -> list[Care]:
    """Return what was asked of a resident and waits, and what they said yes to, newest first."""
    found = select(Care).where(Care.resident_id == resident.id, col(Care.state).in_([ASKED, ACTIVE]))
    return list(session.exec(found.order_by(col(Care.asked_at).desc(), col(Care.id))))


def every_one(session: Session, resident: Resident) -> list[Care]:
    """Return every care there ever was of a resident, oldest first; for their own export."""
    return list(session.exec(select(Care).where(Care.resident_id == resident.id).order_by(col(Care.asked_at))))


def words_of(session: Session, care: Care, language: str) -> str:
    """Return what a yes means, in the words that are shown and kept."""
    return say(language, "care.words", **names_of(session, care))


def names_of(session: Session, care: Care) -> dict[str, str]:
    """Return the names of the caseworker and the organisation of a care."""
    member, organisation = session.get_one(Member, care.member_id), session.get_one(Organisation, care.organisation_id)
    return {"member": member.name, "organisation": organisation.name}


def confirm(session: Session, resident: Resident, care: Care, now: datetime) -> Care:
    """Say yes: it counts a day later, and until then it can be taken back unseen."""
    if care.state == ACTIVE:
        return care
    session.get(Resident, resident.id, with_for_update=True)
    if care.state != ASKED or any(one.state == ACTIVE for one in asked_of(session, resident)):
        raise Conflict("already-done")
    organisations.need_basis(session, care.organisation_id, now)
    care.state, care.answered_at, care.from_at = ACTIVE, now, now + COUNTS_AFTER
    session.add(care)
    session.add(
        AgreementConsent(
            resident_id=resident.id,
            kind=KIND,
            words=words_of(session, care, resident.language),
            version=say(resident.language, "consent.version"),
            language=resident.language,
            from_at=care.from_at,
        )
    )
    _line(session, care, "care-confirmed", now)
    silence = silences.current(session, resident.id)
    if silence and silence.rested_at:  # at which nobody would look any more
        due.look_at(session, resident.id, care.from_at)
    return care


def decline(session: Session, care: Care, now: datetime, *, never: bool) -> None:
    """Say no, without a line and without a message; `never` keeps later questions of this organisation away too."""
    if care.state != ASKED:
        raise Conflict("already-done")
    care.state, care.answered_at, care.is_muted = DECLINED, now, never
    session.add(care)


def end(session: Session, care: Care, now: datetime, *, by: str) -> None:
    """End a care: by the `resident` ("Toch niet", or any day later), or by the `organisation`.

    A question that still waits is declined by it, like by any other no.
    """
    if care.state == ASKED:
        decline(session, care, now, never=False)
        return
    if care.state != ACTIVE:
        raise Conflict("already-done")
    ledger.note(session, "care", care.id)
    care.state, care.ended_at = ENDED, now
    session.add(care)
    _line(session, care, f"care-ended-by-{by}", now)
    of_care = (col(AgreementConsent.resident_id) == care.resident_id, col(AgreementConsent.kind) == KIND)
    session.exec(
        update(AgreementConsent).where(*of_care, col(AgreementConsent.until_at).is_(None)).values(until_at=now)
    )
    session.exec(
        update(Handover).where(col(Handover.care_id) == care.id, col(Handover.ended_at).is_(None)).values(ended_at=now)
    )
    for way_back in returning.of(session, care):
        returning.refuse(session, way_back, now)
    _leave_to_the_circle(session, care.resident_id, now)


def _leave_to_the_circle(session: Session, resident_id: UUID, now: datetime) -> None:
    """Let an open silence that had come to the caseworker go on without one; if nobody is left, the resident hears."""
    resident = session.get_one(Resident, resident_id)
    resident.tidy_at = now
    session.add(resident)
    silence = silences.current(session, resident_id)
    if silence and silence.state in silences.AT_WORK:
        is_circle_asked = any(one.contact_id for one in silences.questions_of(session, silence))
        silence.state = silences.CIRCLE_ASKED if is_circle_asked else silences.ASKED
        session.add(silence)
        due.look_at(session, resident_id, now)


def forget_codes(session: Session, now: datetime) -> None:
    """Drop spoken codes a day after they died."""
    session.exec(delete(CareCode).where(col(CareCode.made_at) <= now - COUNTS_AFTER))


def care_of(session: Session, resident_id: UUID, now: datetime) -> Care | None:
    """Return the care that counts for a resident now; None where no caseworker looks along."""
    found = session.exec(select(Care).where(Care.resident_id == resident_id, Care.state == ACTIVE))
    return next((care for care in found if access_work.counts(care, now)), None)


def _line(session: Session, care: Care, kind: str, now: datetime) -> None:
    record.write(session, care.resident_id, kind, now, member=care.member_id, organisation=care.organisation_id)
