"""Settings of the telephone: the exchange, the recorder, the speech service."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from app.settings_part import Part


class VoiceSettings(Part):
    """The telephone. Without ``jambonz_url`` there is none (``up`` plays the exchange).

    ``voice_secret`` seals the addresses of hooks and recordings: web, recorder and worker have the same one. ``voice_public_url``
    and ``voice_recorder_url`` are how jambonz reaches us (http and ws); ``voice_recorder_http`` is how the inbox reaches the
    recorder. ``voice_number`` and ``voice_trunk``: what we dial out as and through. Nobody is called between ``voice_quiet_from``
    and ``voice_quiet_until``, hours in Moscow. ``voice_sbc_url``: the SBC's websocket for telephones in the browser.
    """

    jambonz_url: str = ""
    jambonz_token: SecretStr | None = None
    jambonz_account: str = ""
    jambonz_application: str = ""
    jambonz_webhook_secret: SecretStr | None = None
    voice_secret: SecretStr | None = None
    voice_public_url: str = ""
    voice_number: str = ""
    voice_trunk: str = ""
    voice_quiet_from: int = Field(default=21, ge=0, le=24)
    voice_quiet_until: int = Field(default=9, ge=0, le=24)
    voice_sbc_url: str = ""
    voice_recognises: bool = False

    @model_validator(mode="after")
    def _an_exchange_has_its_keys(self) -> Self:
        if self.jambonz_url:
            needed = ("jambonz_token", "jambonz_account", "jambonz_application", "jambonz_webhook_secret", "voice_secret")
            missing = [name.upper() for name in (*needed, "voice_public_url") if not getattr(self, name)]
            if missing:
                raise ValueError(f"JAMBONZ_URL needs {', '.join(missing)}")
        return self


class RecorderSettings(Part):
    """The recorder of calls (reg. 2.5.2): where it listens, where it keeps the sound, how much of it, for how long.

    Below ``voice_free_gb`` of free disk, or above ``voice_recordings_gb`` in all, nothing new is recorded, and callers are told so.
    """

    voice_recorder_url: str = ""
    voice_recorder_http: str = ""
    voice_recorder_host: str = "127.0.0.1"
    voice_recorder_port: int = 8085
    voice_recorder_user: str = "jambonz"
    voice_recorder_password: SecretStr | None = None
    voice_recordings_dir: Path = Path("var/recordings")
    voice_recordings_gb: float = Field(default=50.0, gt=0)
    voice_free_gb: float = Field(default=1.0, ge=0)
    voice_recordings_days: int = Field(default=1095, ge=1)


class SpeechSettings(Part):
    """The speech service: text to sound, and sound to text when an engine and its model are set.

    ``voice_stt_sha256`` is the digest of the model's file, so that nobody puts another one in its place unseen.
    ``voice_speech_http`` is how the worker reaches the service, to have messages written down.
    """

    voice_speech_host: str = "127.0.0.1"
    voice_speech_port: int = 8086
    voice_speech_token: SecretStr | None = None
    voice_tts: Literal["auto", "rhvoice", "festival", "espeak", "none"] = "auto"
    voice_stt: Literal["none", "sherpa"] = "none"
    voice_stt_model: Path | None = None
    voice_stt_sha256: str = ""
    voice_speech_http: str = ""
