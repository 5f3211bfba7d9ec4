"""Makes and checks tokens, links and spoken codes; what is stored of them are hashes only."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from os import urandom

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32, without 0 O 1 I
CODE_LENGTH = 8
CODE_LIVES = timedelta(minutes=15)
LINK_LIVES = timedelta(days=7)
RESIDENT, UPLOAD, CONTACT, DISPLAY = "tvl_r_", "tvl_u_", "tvl_c_", "tvl_d_"
LINK, PAPER = "l_", "p_"
NONCE_BYTES = 12


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
