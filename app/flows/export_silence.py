"""What belongs to a resident's own export about silence: what they agreed, paused and were asked, and who speaks."""

from typing import Any, Final

from sqlmodel import Session, SQLModel, col, select

from app.flows import agreements
from app.models.circle import Contact
from app.models.people import Resident
from app.models.silence import Agreement, Freeze, Pause, Proposal, Question, Representative, Silence
from app.models.work import Member
from app.phatic.rhythm import Rhythm

Rows = list[dict[str, Any]]
AGREED: Final = ("kind", "at", "weekdays", "follows_rhythm", "level", "plan", "agreed_at", "rhythm", "heard_at")
CONSENT: Final = ("kind", "words", "version", "language", "helped_by", "from_at", "until_at")
PAUSE: Final = ("from_at", "until_at", "words", "shown_to", "made_at", "ended_at")
PROPOSAL: Final = ("wish", "made_at", "answer", "answered_at", "effective_at", "applied_at", "is_muted")
REPRESENTATIVE: Final = ("name", "kind", "checked_by", "from_at", "until_at", "ended_at")
REST: Final = ("reason", "asked_at", "confirmed_at", "thawed_at")
SILENCE: Final = ("kind", "state", "due_at", "opened_at", "spoke_at", "rested_at", "closed_at", "outcome")


def of_resident(session: Session, resident: Resident) -> dict[str, Rows]:
    """Return every file about silence, by its name."""
    names = _names(session, resident)
    pauses = select(Pause).where(Pause.resident_id == resident.id).order_by(col(Pause.from_at))
    proposed = select(Proposal).where(Proposal.resident_id == resident.id).order_by(col(Proposal.made_at))
    spoken_for = select(Representative).where(Representative.resident_id == resident.id)
    rests = select(Freeze).where(Freeze.resident_id == resident.id).order_by(col(Freeze.asked_at))
    silences = select(Silence).where(Silence.resident_id == resident.id).order_by(col(Silence.opened_at))
    return {
        "agreement": [_agreed(session.get_one(Agreement, resident.id))],
        "agreement_consents": [_columns(one, CONSENT) for one in agreements.consents_of(session, resident)],
        "pauses": [_columns(one, PAUSE) for one in session.exec(pauses)],
        "proposals": [
            _columns(one, PROPOSAL) | {"by": names.get(str(one.contact_id or one.member_id))}
            for one in session.exec(proposed)
        ],
        "representatives": [
            _columns(one, REPRESENTATIVE) for one in session.exec(spoken_for.order_by(col(Representative.from_at)))
        ],
        "rests": [_rest(one, names) for one in session.exec(rests)],
        "silences": [_columns(one, SILENCE) | {"asked": _asked(session, one, names)} for one in session.exec(silences)],
    }


def _agreed(agreement: Agreement) -> dict[str, Any]:
    """Return what is agreed, and what is known of the rhythm: as it is stored, and what it comes to."""
    rhythm = Rhythm.from_json(agreement.rhythm)
    known = {"rhythm_days_known": rhythm.days_known, "rhythm_usual_hour": rhythm.usual_hour()}
    return _columns(agreement, AGREED) | {name: value for name, value in known.items() if value is not None}


def _rest(one: Freeze, names: dict[str, str]) -> dict[str, Any]:
    said = [one.contact_id or one.member_id, one.confirmed_by]
    return _columns(one, REST) | {"said_by": [names[str(who)] for who in dict.fromkeys(said) if str(who) in names]}


def _asked(session: Session, silence: Silence, names: dict[str, str]) -> Rows:
    """Return whom we asked, and when; what they answered is theirs (`trust.md` 36)."""
    put = select(Question).where(Question.silence_id == silence.id).order_by(col(Question.asked_at))
    return [
        {"rung": one.rung, "asked_at": one.asked_at, "who": names.get(str(one.contact_id or one.member_id), "")}
        for one in session.exec(put)
    ]


def _names(session: Session, resident: Resident) -> dict[str, str]:
    """Return by id who of the circle, or of an organisation, stands in these rows; not whose name was erased."""
    circle = session.exec(select(Contact).where(Contact.resident_id == resident.id)).all()
    of_work = [
        *session.exec(select(Question.member_id).where(Question.resident_id == resident.id)),
        *session.exec(select(Proposal.member_id).where(Proposal.resident_id == resident.id)),
        *session.exec(select(Freeze.member_id).where(Freeze.resident_id == resident.id)),
        *session.exec(select(Freeze.confirmed_by).where(Freeze.resident_id == resident.id)),
    ]
    members = session.exec(select(Member).where(col(Member.id).in_({one for one in of_work if one}))).all()
    return {str(one.id): one.name for one in (*circle, *members) if one.name}


def _columns(row: SQLModel, names: tuple[str, ...]) -> dict[str, Any]:
    """Return only what is named: a column that is added later leaves when somebody decides so."""
    return {name: value for name in names if (value := getattr(row, name)) is not None}
