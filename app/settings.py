"""What an operator can set: one frozen class, prefix `TEKEN_`, from the environment or `.env`."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from holidays import country_holidays
from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
KEY_BYTES = 32
# Who must be named before strangers may entrust their data (`trust.md` 26).
RESPONSIBLE = ("controller_name", "controller_contact", "dpo_contact")


class Settings(BaseSettings):
    """Every setting has a safe default; what is unsafe together refuses to start and says why."""

    model_config = SettingsConfigDict(env_prefix="TEKEN_", env_file=".env", frozen=True, extra="ignore")

    database_url: str = ""
    data_dir: Path = Path("data")
    public_url: str = "http://127.0.0.1:8000"
    secret_key: SecretStr | None = None
    data_keys: SecretStr | None = None
    ledger_path: Path | None = None
    open_signup: bool | None = None
    hold_minutes: int = Field(default=30, ge=0, le=24 * 60)
    smtp_url: SecretStr | None = None
    mail_from: str = ""
    max_upload_mb: float = Field(default=8, gt=0, le=64)
    rate_limits: Literal["on", "off"] = "on"
    allow_private_addresses: bool = False
    demo: bool = False
    controller_name: str = ""
    controller_contact: str = ""
    dpo_contact: str = ""
    emergency_text: str = ""
    metrics_token: SecretStr | None = None
    operator_token: SecretStr | None = None
    holidays: str = Field(default="NL", pattern=r"^([A-Z]{2})?$")
    heartbeat_url: SecretStr | None = None
    log_format: Literal["text", "json"] = "text"

    @model_validator(mode="after")
    def refuse_what_is_unsafe(self) -> Self:
        """Say in one sentence what is wrong, before anything starts."""
        url = urlsplit(self.public_url)
        if url.scheme not in {"http", "https"} or not url.hostname:
            raise ValueError("TEKEN_PUBLIC_URL must be a web address, such as https://teken.example")
        try:
            country_holidays(self.holidays or "NL")
        except NotImplementedError:
            raise ValueError("TEKEN_HOLIDAYS must be a country whose holidays are known, or empty") from None
        if not self.demo:
            if url.scheme != "https" and url.hostname not in LOOPBACK:
                raise ValueError("TEKEN_PUBLIC_URL must begin with https:// (or set TEKEN_DEMO=true to try it out)")
            if self.rate_limits == "off":
                raise ValueError("TEKEN_RATE_LIMITS=off is for TEKEN_DEMO=true only")
            if self.allow_private_addresses:
                raise ValueError("TEKEN_ALLOW_PRIVATE_ADDRESSES is for TEKEN_DEMO=true only")
            self._refuse_without_an_answer()
        if self.smtp_url and not self.mail_from:
            raise ValueError("TEKEN_SMTP_URL needs TEKEN_MAIL_FROM, the address that mail comes from")
        for name, key in (
            ("SECRET_KEY", self.secret_key),
            ("DATA_KEYS", self.data_keys),
            ("METRICS_TOKEN", self.metrics_token),
            ("OPERATOR_TOKEN", self.operator_token),
        ):
            if key and len(key.get_secret_value()) < KEY_BYTES:
                raise ValueError(f"TEKEN_{name} is too short: use at least {KEY_BYTES} random characters")
        return self

    def _refuse_without_an_answer(self) -> None:
        """Refuse strangers and organisations where nobody is said to answer for their data (`trust.md` 26)."""
        names = ", ".join(self.missing_answers)
        if self.sign_up_is_open and names:
            raise ValueError(f"TEKEN_OPEN_SIGNUP=true needs {names}: people must know who answers for their data")
        if self.operator_token and names:
            raise ValueError(f"TEKEN_OPERATOR_TOKEN needs {names}: organisations must know who answers for their data")

    @property
    def database(self) -> str:
        """Return the database's address; the embedded default is a file in `data_dir`."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'teken.db'}"

    @property
    def ledger(self) -> Path:
        """Return where the ledger is; better on another disk than the database."""
        return self.ledger_path or self.data_dir / "ledger"

    @property
    def sign_up_is_open(self) -> bool:
        """Tell whether anyone may start as a resident: off, unless set, or in demo mode."""
        return self.demo if self.open_signup is None else self.open_signup

    @property
    def missing_answers(self) -> list[str]:
        """Return what is not set of who answers for people's data; a demo holds nobody's."""
        missing = [name for name in RESPONSIBLE if not getattr(self, name).strip()]
        return [] if self.demo else [f"TEKEN_{name.upper()}" for name in missing]

    @property
    def is_https(self) -> bool:
        """Tell whether cookies may carry `__Host-` and Secure."""
        return self.public_url.startswith("https://")

    @property
    def max_upload_bytes(self) -> int:
        """Return the limit for one uploaded file, in bytes."""
        return int(self.max_upload_mb * 1024 * 1024)


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """The two keys in plain text: one signs and hashes, the other opens the columns."""

    secret_key: str
    data_keys: str


def secrets_of(settings: Settings) -> Secrets:
    """Return the keys that are set, else those kept in `data_dir`, made once."""
    kept = settings.data_dir
    return Secrets(
        secret_key=settings.secret_key.get_secret_value() if settings.secret_key else _kept(kept / "secret.key"),
        data_keys=settings.data_keys.get_secret_value() if settings.data_keys else _versioned(_kept(kept / "data.key")),
    )


def _versioned(kept: str) -> str:
    return kept if ":" in kept else f"1:{kept}"


def with_new_key(keys: str) -> str:
    """Return versioned keys with one more, made now, which seals from the next start on."""
    newest = max(int(pair.split(":", 1)[0]) for pair in keys.split(","))
    return f"{keys},{newest + 1}:{secrets.token_urlsafe(KEY_BYTES)}"


def newest_key(keys: str) -> str:
    """Return versioned keys without those before the newest."""
    return max((pair.strip() for pair in keys.split(",")), key=lambda pair: int(pair.split(":", 1)[0]))


def keep_keys(settings: Settings, keys: str) -> bool:
    """Write the keys to their file, whole or not at all; False where the operator sets them and has to do it."""
    if settings.data_keys:
        return False
    path = settings.data_dir / "data.key"
    new = path.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(keys)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    return True


def _kept(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # O_EXCL: of two processes that start at once, one makes the key and the other reads it.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(KEY_BYTES))
    except FileExistsError:
        pass
    return path.read_text().strip()
