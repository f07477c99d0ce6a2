"""The inbox's settings; read from the environment only in app/."""

from pathlib import Path

from pydantic import BaseModel

from core.files import FILE_LIMIT


class InboxSettings(BaseModel):
    """Where the inbox is reached and what it accepts."""

    public_url: str = "http://localhost:8080"
    softphone_url: str = ""
    """The exchange's websocket for telephones in the browser (VOICE_SBC_URL); empty: desk telephones only."""
    has_telephone: bool = False
    """Whether an exchange is set up that calls can be made with."""
    provider_name: str = ""
    """What the button of single sign-on calls it (OIDC_NAME); empty: words of our own."""
    dist: Path = Path(__file__).parent / "dist"
    json_limit: int = 256 * 1024
    """Bytes; a reply of 20,000 characters in JSON escapes fits."""
    upload_limit: int = FILE_LIMIT + 64 * 1024
    """Bytes; the largest file with its multipart frame."""
    uploads_at_once: int = 4
    body_seconds: float = 60.0
    """A body that takes longer is refused: uvicorn itself waits for ever."""

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach the inbox over HTTPS; otherwise only on one machine."""
        return self.public_url.startswith("https://")
