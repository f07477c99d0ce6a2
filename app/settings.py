"""Settings: one model for each part, read from the environment, ``.env`` and secret files; read only in app/ (style rule 21)."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings

from app.settings_backup import BackupSettings
from app.settings_keeping import KeepingSettings
from app.settings_keys import KeySettings
from app.settings_part import Part
from app.settings_staff import OidcSettings, StaffSettings
from app.settings_voice import RecorderSettings, SpeechSettings, VoiceSettings
from app.settings_watching import WatchingSettings


class DatabaseSettings(Part):
    """Where the data is. Without a URL an embedded server is started in ``VAR_DIR``."""

    database_url: SecretStr | None = None
    database_pool: int = Field(default=10, ge=2, le=100)
    var_dir: Path = Path("var")


class TelegramSettings(Part):
    """The citizens' bot. Without a token the sandbox plays Telegram.

    The rates are messages a second, in one chat and in all: Telegram's limits, which a Bot API server of one's own does not have.
    """

    telegram_token: SecretStr | None = None
    telegram_api: str = "https://api.telegram.org"
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_chat_rate: float = Field(default=1.0, gt=0)
    telegram_rate: float = Field(default=30.0, gt=0)
    telegram_webhook_url: str = ""
    telegram_webhook_secret: SecretStr | None = None


class DutySettings(Part):
    """The staff's duty chat: a bot of its own in a supergroup with topics. Without a token there is none; the sandbox has one.

    A hand-off that nobody took is said again every ``duty_repeat_minutes``; the digest comes at ``duty_digest_hour`` in Moscow.
    ``duty_chat_rate`` is messages a second in the group: Telegram lets a bot say twenty a minute.
    """

    staff_telegram_token: SecretStr | None = None
    duty_chat_id: int | None = None
    duty_repeat_minutes: int = Field(default=5, ge=1, le=60)
    duty_digest_hour: int = Field(default=9, ge=0, le=23)
    duty_chat_rate: float = Field(default=0.33, gt=0)


class EmailSettings(Part):
    """The outgoing mail. Without a host none leaves (``up`` plays the server). ``none`` as TLS is for a host on this machine only.

    ``mail_plus``: mail to ``centre+anything@`` comes to ``centre@``, so bounces and answers can be told apart. ``mail_secret``
    seals those addresses and the Message-IDs: all processes have the same one, and it is not changed.
    """

    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_tls: Literal["none", "starttls", "tls"] = "starttls"
    smtp_user: str = ""
    smtp_password: SecretStr | None = None
    smtp_ca_file: Path | None = None
    mail_from: str = ""
    mail_from_name: str = ""
    mail_plus: bool = True
    mail_secret: SecretStr | None = None
    dkim_key_file: Path | None = None
    dkim_selector: str = ""

    @model_validator(mode="after")
    def _a_server_gets_a_sender(self) -> Self:
        if self.smtp_host and not self.mail_from:
            raise ValueError("SMTP_HOST needs MAIL_FROM, the address of the centre")
        if bool(self.smtp_user) != (self.smtp_password is not None):
            raise ValueError("SMTP_USER and SMTP_PASSWORD go together")
        if (self.dkim_key_file is None) == bool(self.dkim_selector):
            raise ValueError("DKIM_KEY_FILE and DKIM_SELECTOR go together")
        return self


class MailboxSettings(Part):
    """The incoming mail over IMAP. Without a host none is read. ``none`` as TLS is for a host on this machine only.

    ``imap_user``: one mailbox, or several with commas between; ``imap_password``: one for all, or one on each line in the same
    order. ``imap_move_to``: the folder for what was stored (empty: it stays). ``mail_authority``: the name under which our own
    server writes what it found of SPF, DKIM and DMARC (empty: nothing is believed). ``clamd``: where the virus scanner listens.
    """

    imap_host: str = ""
    imap_port: int = Field(default=993, ge=1, le=65535)
    imap_tls: Literal["none", "starttls", "tls"] = "tls"
    imap_user: str = ""
    imap_password: SecretStr | None = None
    imap_folder: str = "INBOX"
    imap_move_to: str = ""
    imap_ca_file: Path | None = None
    mail_authority: str = ""
    clamd: str = ""

    @property
    def users(self) -> list[str]:
        """Who logs in, one for each mailbox."""
        return [one.strip() for one in self.imap_user.split(",") if one.strip()]

    @property
    def passwords(self) -> list[str]:
        """One for each mailbox."""
        given = self.imap_password.get_secret_value().splitlines() if self.imap_password else []
        return given * len(self.users) if len(given) == 1 else given

    @model_validator(mode="after")
    def _each_mailbox_has_its_password(self) -> Self:
        if self.imap_host and not (self.users and len(self.users) == len(self.passwords)):
            raise ValueError("IMAP_HOST needs IMAP_USER, and IMAP_PASSWORD: one for all, or one on each line for each user")
        return self


class DialogueSettings(Part):
    """Where Rasa answers. Without a URL ``up`` starts one on loopback."""

    nlu_url: str = ""
    nlu_token: SecretStr | None = None
    nlu_timeout: float = Field(default=2.5, gt=0, le=30)


class WebSettings(Part):
    """The web process: inbox, API and webhooks. ``public_url`` is what people type."""

    web_host: str = "127.0.0.1"
    web_port: int = 8080
    public_url: str = "http://localhost:8080"
    sandbox_port: int = 8081
    sandbox_mail_port: int = 8083
    sandbox_smtp_port: int = 8025
    sandbox_imap_port: int = 8143
    sandbox_phone_port: int = 8084
    nlu_port: int = 5005


class CentreSettings(Part):
    """The centre itself: the numbers of the dispatch service, tapped to call (menu item 4); its own number on letters.

    ``answered_within``: seconds in which a caller should have an operator (the service level of the reports).
    ``head_email`` is where the head is told of departments that are late; empty: on the list of tasks only.
    """

    dispatch_phone: str = "+7 (8672) 00-01-12"
    dispatch_phone_2: str = "112"
    centre_phone: str = "+7 (8672) 00-00-00"
    head_email: str = ""
    answered_within: int = Field(default=20, ge=1, le=600)
    conversation_idle_hours: int = Field(default=24, ge=1)


class RecordsSettings(Part):
    """The administration's EDMS (reg. 2.8.6). ``own``: our own journal is the record; ``delo``: messages in two watched folders.

    The UIDs and names are those of «Дело»'s directory of organisations: ours as the sender, the administration as the receiver.
    """

    records_system: Literal["own", "delo"] = "own"
    delo_out_dir: Path | None = None
    delo_in_dir: Path | None = None
    delo_resource_id: int = Field(default=0, ge=0)
    delo_every_minutes: int = Field(default=5, ge=1, le=59)
    delo_sender_uid: str = ""
    delo_sender_name: str = ""
    delo_recipient_uid: str = ""
    delo_recipient_name: str = ""

    @model_validator(mode="after")
    def _delo_has_its_folders(self) -> Self:
        if self.records_system == "delo" and (self.delo_out_dir is None or self.delo_in_dir is None):
            raise ValueError("RECORDS_SYSTEM=delo needs DELO_OUT_DIR and DELO_IN_DIR")
        return self


class TrainingSettings(Part):
    """Days on which operators practise with virtual citizens, apart from the real records; the tour is always there."""

    training: bool = True
    training_days_at_once: int = Field(default=5, ge=1, le=50)


class LogSettings(Part):
    """How the programs log: lines for people, or JSON for a collector."""

    log_format: Literal["text", "json"] = "text"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"


class Settings:
    """All parts, read once at the start of a process."""

    def __init__(self) -> None:
        self.database = DatabaseSettings()
        self.telegram = TelegramSettings()
        self.duty = DutySettings()
        self.email = EmailSettings()
        self.mailbox = MailboxSettings()
        self.dialogue = DialogueSettings()
        self.web = WebSettings()
        self.centre = CentreSettings()
        self.voice = VoiceSettings()
        self.recorder = RecorderSettings()
        self.speech = SpeechSettings()
        self.records = RecordsSettings()
        self.training = TrainingSettings()
        self.staff = StaffSettings()
        self.oidc = OidcSettings()
        self.keys = KeySettings()
        self.backup = BackupSettings()
        self.keeping = KeepingSettings()
        self.watching = WatchingSettings()
        self.log = LogSettings()


PARTS: tuple[type[BaseSettings], ...] = (
    DatabaseSettings,
    TelegramSettings,
    DutySettings,
    EmailSettings,
    MailboxSettings,
    DialogueSettings,
    WebSettings,
    CentreSettings,
    VoiceSettings,
    RecorderSettings,
    SpeechSettings,
    RecordsSettings,
    TrainingSettings,
    StaffSettings,
    OidcSettings,
    KeySettings,
    BackupSettings,
    KeepingSettings,
    WatchingSettings,
    LogSettings,
)
