"""The family of errors, by kind; `routes/problems.py` turns a kind into a status.

TekenError
├── NotAuthenticated   no token, or one that is no longer good
├── NotAllowed         a token of the wrong kind, or a request from elsewhere
├── NotFound           absent and not yours look the same
├── Conflict           the state does not allow it
│   └── CircleNeeded   nor does the circle, yet
├── Unreadable         what came in cannot be understood
│   └── Unsupported    a format we do not read
├── TooLarge           more bytes than we take
├── TooMany            slower, please
├── Busy               try again in a moment
└── Expired            it was good once
"""


class TekenError(Exception):
    """Carries a stable machine `code`, and never a value from the request."""

    default_code = "error"

    def __init__(self, code: str | None = None) -> None:
        self.code = code or self.default_code
        super().__init__(self.code)

    @property
    def words(self) -> str:
        """Return the key of the sentence for people, `problem.{words}`: the code, or a finer reason."""
        return self.code


class NotAuthenticated(TekenError):
    """No token, or one that was revoked."""

    default_code = "no-token"


class NotAllowed(TekenError):
    """A token of the wrong kind, or a request that came from another site."""

    default_code = "wrong-token"


class NotFound(TekenError):
    """Absent, or not yours: nobody can tell which."""

    default_code = "not-found"


class Conflict(TekenError):
    """The state does not allow it (`withdrawn`, `circle-needed`, `in-progress`)."""

    default_code = "conflict"


class CircleNeeded(Conflict):
    """The circle is too small for an agreement: `nobody` said yes, has an address (`no-address`), or `one-more`."""

    default_code = "circle-needed"

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason

    @property
    def words(self) -> str:
        """Return the key that says which reason it is."""
        return f"{self.code}.{self.reason}"


class Unreadable(TekenError):
    """What came in cannot be understood (`no-track`, `too-short`, `unsafe-xml`)."""

    default_code = "invalid-request"


class Unsupported(Unreadable):
    """A format we do not read."""

    default_code = "unsupported-format"


class TooLarge(TekenError):
    """More bytes than we take."""

    default_code = "too-large"


class TooMany(TekenError):
    """More requests than we take; `retry_after_s` says when to come back."""

    default_code = "too-many"

    def __init__(self, retry_after_s: int = 60) -> None:
        super().__init__()
        self.retry_after_s = retry_after_s


class Busy(TekenError):
    """No room at this moment; trying again helps."""

    default_code = "busy"


class Expired(TekenError):
    """It was good once: a link or a code past its time."""

    default_code = "expired"
