"""Whether there is room for one more recording: nothing is begun that could not be finished."""

import shutil
from collections.abc import Callable

from channels.voice.recording.options import RecorderOptions


class Room:
    """``open_bytes`` tells how much the open recordings have by now."""

    def __init__(self, options: RecorderOptions, open_bytes: Callable[[], int]) -> None:
        self._options = options
        self._open_bytes = open_bytes
        self._finished = 0

    def count(self, size: int) -> None:
        """So many bytes more, or fewer, lie in finished files."""
        self._finished += size

    @property
    def used(self) -> int:
        """Bytes of the folder."""
        return self._finished + self._open_bytes()

    @property
    def free(self) -> int:
        """Bytes of the disk that are free; none when the disk does not say."""
        try:
            return shutil.disk_usage(self._options.folder).free
        except OSError:
            return 0

    def is_there(self) -> bool:
        """Whether another recording may begin."""
        return self.used < self._options.quota_bytes and self.free >= self._options.free_bytes
