"""A studio that makes the same of every file, and refuses what a test tells it to."""

from core.news.port import Mastered, Refused, SoundRefused


class FakeStudio:
    """Remembers what it was given."""

    def __init__(self) -> None:
        self.given: list[bytes] = []
        self.refuses: Refused | None = None

    async def master(self, content: bytes) -> Mastered:
        if self.refuses is not None:
            raise SoundRefused(self.refuses)
        self.given.append(content)
        return Mastered(
            phone=b"phone of " + content, audio=b"audio of " + content, audio_type="audio/mpeg", seconds=12.5, peaks=(0, 50, 100)
        )
