"""One turn of a pretended chat: what an applicant would read in Telegram, in the edition that is being tried (reg. 2.3)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.conversations.answering import SUGGESTED, Librarian, give_article
from core.conversations.turn import Turn
from core.dialogue import Command, Dialogue, DialogueUnavailable, TurnRequest
from core.menu.numbers import dispatch_numbers
from core.menu.port import ChatMenu, Keys
from core.people.normaliser import extract_entities
from core.vocabulary import ChannelName
from core.words import say


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatLine:
    """A message and the titles of the buttons under it."""

    text: str
    buttons: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatTold:
    """What is read, and the keyboard that stays. ``is_away``: the dialogue does not answer.

    ``deeds``: what the centre would do besides, by the names of the dialogue's commands.
    """

    lines: Sequence[ChatLine]
    keys: Keys
    is_away: bool = False
    deeds: Sequence[str] = ()


class ChatTrial:
    """Asks the bot's own keyboard, the dialogue and the knowledge base; nothing is stored or sent."""

    def __init__(self, *, dialogue: Dialogue, librarian: Librarian, menu: ChatMenu, dispatch: tuple[str, str]) -> None:
        self._dialogue = dialogue
        self._librarian = librarian
        self._menu = menu
        self._dispatch = dispatch

    async def told(self, typed: str, notice: str) -> ChatTold:
        """The menu for no words, else the answer to them; ``notice``: of the day's other hours."""
        turn, deeds = Turn(), list[str]()
        keys = self._menu.keys()
        if not typed:
            turn.say("\n\n".join(filter(None, (notice, say("menu.text")))))
            return _told(turn, keys)
        intent = self._menu.intent_of(typed)
        entities = () if intent else extract_entities(typed, requested_slot=None)
        text = None if intent else typed
        request = TurnRequest(conversation="trial", channel=ChannelName.TELEGRAM, text=text, intent=intent, entities=entities)
        try:
            answer = await self._dialogue.turn(request)
            turn.speak(answer.messages)
            for command in answer.commands:
                if command.do == "answer_question":
                    await self._answer(replace(request, state=answer.state), command, turn)
                elif not self._said(command, turn, notice):
                    deeds.append(command.do)
        except DialogueUnavailable:
            return ChatTold(lines=(), keys=keys, is_away=True)
        return _told(turn, keys, deeds)

    async def _answer(self, request: TurnRequest, command: Command, turn: Turn) -> None:
        found = await self._librarian.search(str(command.arguments.get("query") or request.text or ""), SUGGESTED)
        if found.answered:
            give_article(turn, found.hits[0])
        outcome = replace(request, text=None, entities=(), intent="kb_answered" if found.answered else "kb_missed")
        turn.speak((await self._dialogue.turn(outcome)).messages)

    def _said(self, command: Command, turn: Turn, notice: str) -> bool:
        """The commands that only tell something of the edition."""
        if command.do == "show_menu":
            turn.say("\n\n".join(filter(None, (notice, say("menu.text")))))
        elif command.do == "connect_dispatch":
            first, second = dispatch_numbers(self._dispatch)
            turn.say(say("dispatch.numbers", first=first, second=second))
        else:
            return False
        return True


def _told(turn: Turn, keys: Keys, deeds: Sequence[str] = ()) -> ChatTold:
    lines = [ChatLine(text=reply.text, buttons=[button.title for button in reply.buttons]) for reply in turn.replies]
    return ChatTold(lines=lines, keys=keys, deeds=deeds)
