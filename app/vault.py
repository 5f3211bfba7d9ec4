"""Seals columns with a key from outside the database: a stolen dump shows no name, address or place."""

import hashlib
import json
import os
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

NONCE_BYTES = 12  # NIST SP 800-38D: 96 bits


class Vault:
    """AES-256-GCM with versioned keys: the newest seals, every known one opens."""

    def __init__(self, keys: str) -> None:
        """Take `"1:secret,2:newer secret"`; each secret is stretched to 32 bytes by BLAKE2b."""
        pairs = (part.strip().split(":", 1) for part in keys.split(","))
        self._ciphers = {
            int(version): AESGCM(hashlib.blake2b(secret.encode(), digest_size=32, person=b"teken-data").digest())
            for version, secret in pairs
        }
        self.newest = max(self._ciphers)

    def seal(self, plain: bytes, purpose: str) -> bytes:
        """Return one version byte, the nonce and the sealed bytes; `purpose` binds them to their column."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._ciphers[self.newest].encrypt(nonce, plain, purpose.encode())
        return bytes([self.newest]) + nonce + sealed

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """Return the plain bytes; `InvalidTag` when they were changed or moved, KeyError without the key."""
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        return self._ciphers[sealed[0]].decrypt(nonce, body, purpose.encode())

    def reseal(self, sealed: bytes, purpose: str) -> bytes:
        """Return the same plain bytes, sealed with the newest key."""
        return self.seal(self.open(sealed, purpose), purpose)


def vault_of(dialect: Dialect) -> Vault:
    """Return the vault that `db.connect` hung on this engine: each engine has its own keys, none is global."""
    return dialect.teken_vault  # ty: ignore[missing-attribute]  # set in db.connect


class Sealed(TypeDecorator[Any]):
    """A column of JSON that only the running service can read."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:  # noqa: ANN401  # SQLAlchemy's own shape
        """Seal on the way in."""
        if value is None:
            return None
        plain = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
        return vault_of(dialect).seal(plain, self.purpose)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:  # noqa: ANN401  # the same
        """Open on the way out."""
        return None if value is None else json.loads(vault_of(dialect).open(bytes(value), self.purpose))
