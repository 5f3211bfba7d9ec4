"""Makes and checks tokens, links and spoken codes; what is stored of them are hashes only."""

import hashlib
import hmac
import secrets
from base64 import b32decode, b32encode, urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from os import urandom

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32, without 0 O 1 I
CODE_LENGTH = 8
CODE_LIVES = timedelta(minutes=15)
LINK_LIVES = timedelta(days=7)
RESIDENT, UPLOAD, CONTACT, DISPLAY, WORK = "tvl_r_", "tvl_u_", "tvl_c_", "tvl_d_", "tvl_w_"
LINK, PAPER = "l_", "p_"
NONCE_BYTES = 12
# RFC 6238 as every authenticator app knows it: SHA-1, six digits, thirty seconds.
TOTP_BYTES, TOTP_DIGITS, TOTP_STEP_S = 20, 6, 30
TOTP_DRIFT = (0, -1, 1)  # steps that a phone's clock may be off


def new_token(kind: str) -> str:
    """Return 256 random bits as text; the prefix says which kind it is, so that a leaked one can be recognised."""
    return kind + secrets.token_urlsafe(32)


def new_link() -> str:
    """Return 128 random bits for a link that is opened once."""
    return LINK + secrets.token_urlsafe(16)


def new_paper_key() -> str:
    """Return 125 random bits in letters that can be copied from paper, in groups of five."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(25))
    return PAPER + "-".join(letters[i : i + 5] for i in range(0, 25, 5))


def new_code() -> str:
    """Return eight letters that can be read aloud without a mistake (40 bits)."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def is_code(text: str) -> bool:
    """Tell whether a text has the form of a spoken code, however it was typed."""
    plain = plain_code(text)
    return len(plain) == CODE_LENGTH and set(plain) <= set(LETTERS)


def plain_code(text: str) -> str:
    """Return a spoken code as it was made: capitals, no blanks or dashes."""
    return text.upper().replace(" ", "").replace("-", "")


def new_totp_secret() -> str:
    """Return 160 random bits in base32, as authenticator apps take them."""
    return b32encode(secrets.token_bytes(TOTP_BYTES)).decode()


def totp_code(secret: str, step: int) -> str:
    """Return the six digits of one step of thirty seconds."""
    return _totp(secret).generate(step * TOTP_STEP_S).decode()


def totp_step(secret: str, code: str, now: datetime) -> int | None:
    """Return the step that a code belongs to, the present one or a neighbour; None for a wrong code."""
    present = int(now.timestamp()) // TOTP_STEP_S
    steps = (present + drift for drift in TOTP_DRIFT)
    return next((step for step in steps if hmac.compare_digest(totp_code(secret, step), code)), None)


def totp_url(secret: str, account: str) -> str:
    """Return the `otpauth:` address that an authenticator app reads from a QR code."""
    return _totp(secret).get_provisioning_uri(account, "Teken van leven")


def _totp(secret: str) -> TOTP:
    return TOTP(b32decode(secret), TOTP_DIGITS, SHA1(), TOTP_STEP_S)  # noqa: S303  # what the apps know


class Keys:
    """Everything that needs the service's own secret key."""

    def __init__(self, secret_key: str) -> None:
        self._secret = secret_key.encode()
        self._cursors = AESGCM(self.digest("cursor", b""))

    def digest(self, purpose: str, data: bytes) -> bytes:
        """Return HMAC-SHA256 over data, of one purpose."""
        return hmac.digest(self._secret, purpose.encode() + b"\0" + data, hashlib.sha256)

    def hash(self, secret: str) -> str:
        """Return what is stored of a token, a link or a code.

        Keyed, because a spoken code has 40 bits only: a stolen table alone must not give it away.
        """
        text = plain_code(secret) if is_code(secret) else secret
        return self.digest("secret", text.encode()).hex()

    def hash_address(self, address: str) -> str:
        """Return a keyed hash of a network or mail address, to count with."""
        return self.digest("address", address.strip().lower().encode()).hex()

    def demo_token(self, kind: str, name: str) -> str:
        """Return the same token at each start, so that demo links open again and again."""
        return kind + urlsafe_b64encode(self.digest("demo", name.encode())).decode().rstrip("=")

    def seal_cursor(self, purpose: str, plain: bytes) -> str:
        """Return an opaque text: nobody can read a number or an order from it."""
        nonce = urandom(NONCE_BYTES)
        return urlsafe_b64encode(nonce + self._cursors.encrypt(nonce, plain, purpose.encode())).decode().rstrip("=")

    def open_cursor(self, purpose: str, text: str) -> bytes | None:
        """Return what was sealed; None for anything that this service did not make, for this purpose."""
        try:
            raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
            return self._cursors.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], purpose.encode())
        except (ValueError, InvalidTag):
            return None
