"""What a file is by its first bytes: the sound library reads some kinds, ffmpeg the others, nobody the rest."""

PROBE = 16
_BOXES = (b"isom", b"M4A", b"mp4", b"3gp", b"qt  ", b"iso", b"dash", b"MSNV")
"""Brands of the ISO media files that telephones write."""


def demuxer_of(content: bytes) -> str | None:
    """The demuxer of ffmpeg for a kind that the sound library does not read; None for every other file.

    ffmpeg is never left to guess: among what it recognises are lists of other files to open.
    """
    head = content[:PROBE]
    if head[4:8] == b"ftyp" and head[8:].startswith(_BOXES):
        return "mov"
    if head.startswith(b"#!AMR"):
        return "amr"
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "matroska"
    if head.startswith(b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"):
        return "asf"
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0:
        return "aac"
    return None
