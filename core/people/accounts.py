"""Accounts on channels, as the staff read them where nobody told a name."""

from core.people.phones import display_phone
from core.vocabulary import ChannelName


def account_shown(channel: str, external_id: str) -> str:
    """An address, or a telephone as people read it; empty for what tells nothing: a chat, a hidden number, an erased account."""
    if channel == ChannelName.EMAIL:
        return external_id
    return display_phone(external_id) if channel == ChannelName.VOICE and external_id.startswith("+") else ""
