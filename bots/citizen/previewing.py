"""The bot's keyboard for the editor of the menu: the same words and the same rows as in Telegram (core.menu.port)."""

from bots.citizen.words import BotWords, EditedWords
from core.menu.port import Keys


class PreviewedMenu:
    """Implements core.menu.port.ChatMenu in the edition that is spoken where it is asked."""

    def __init__(self, words: BotWords) -> None:
        self._words = words

    def keys(self) -> Keys:
        """The keyboard that stays under the chat."""
        words = EditedWords(self._words).now()
        return Keys(rows=words.menu_rows, placeholder=words.menu_placeholder)

    def intent_of(self, text: str) -> str | None:
        """The intent of a text that is exactly one of the bot's phrases."""
        return EditedWords(self._words).now().intent_of(text)
