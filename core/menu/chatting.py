"""One turn of a pretended chat: what an applicant would read in Telegram, in the edition that is being tried (reg. 2.3)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.conversations.answering import SUGGESTED, Librarian, admit_ignorance, give_article
from core.conversations.fallback import answer_without_dialogue
from core.conversations.hearing import heard_first
from core.conversations.serving import service_card
from core.conversations.turn import Reply, Turn
from core.dialogue import Command, Dialogue, DialogueUnavailable, TurnAnswer, TurnRequest
from core.menu.items import menu_words
from core.menu.numbers import ADVICE_OTHERWISE, alarm_words, dispatch_words
from core.menu.port import ChatMenu, Keys
from core.menu.services import service_for
from core.people.normaliser import extract_entities
from core.vocabulary import ChannelName


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatLine:
    """A message and the titles of the buttons under it."""

    text: str
    buttons: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatTold:
    """What is read, and the keyboard that stays. ``is_away``: the dialogue does not answer.

    ``deeds``: what the centre would do besides, by the names of the dialogue's commands. ``first``: what was found in the words
    before the dialogue, "emergency" or "abusive".
    """

    lines: Sequence[ChatLine]
    keys: Keys
    is_away: bool = False
    deeds: Sequence[str] = ()
    first: str = ""


class ChatTrial:
    """Asks the bot's own keyboard and checks, the dialogue and the knowledge base; nothing is stored or sent."""

    def __init__(self, *, dialogue: Dialogue, librarian: Librarian, menu: ChatMenu, dispatch: tuple[str, str]) -> None:
        self._dialogue = dialogue
        self._librarian = librarian
        self._menu = menu
        self._dispatch = dispatch

    async def told(self, typed: str, notice: str) -> ChatTold:
        """The menu for no words, else the answer to them; ``notice``: of the day's other hours."""
        turn, keys = Turn(), self._menu.keys()
        if not typed:
            turn.say(menu_words(notice))
            return ChatTold(lines=_lines(turn), keys=keys)
        intent = self._menu.intent_of(typed)
        first = None if intent else heard_first(typed)
        if not (intent or first) and (service := service_for(typed)) is not None:
            turn.replies.append(service_card(service))
            return ChatTold(lines=_lines(turn), keys=keys)
        request = TurnRequest(
            conversation="trial",
            channel=ChannelName.TELEGRAM,
            text=None if intent else typed,
            intent=first.intent if first else intent,
            entities=() if intent or first else extract_entities(typed, requested_slot=None),
        )
        answer, is_away = await self._answered(request, turn)
        turn.speak(answer.messages)
        deeds = list[str]()
        for command in answer.commands:
            if command.do == "answer_question":
                await self._search(replace(request, state=answer.state), command, turn)
            elif command.do == "alarm":
                turn.replies.insert(0, Reply(text=alarm_words(first.emergency if first else ADVICE_OTHERWISE, self._dispatch)))
                deeds.append(command.do)
            elif not self._said(command, turn, notice):
                deeds.append(command.do)
        found = (first.intent or "") if first else ""
        return ChatTold(lines=_lines(turn), keys=keys, is_away=is_away, deeds=deeds, first=found)

    async def _answered(self, request: TurnRequest, turn: Turn) -> tuple[TurnAnswer, bool]:
        """The dialogue's answer, or what the bot does without it, and whether it was away."""
        try:
            return await self._dialogue.turn(request), False
        except DialogueUnavailable:
            return answer_without_dialogue(request, turn, None), True

    async def _search(self, request: TurnRequest, command: Command, turn: Turn) -> None:
        found = await self._librarian.search(str(command.arguments.get("query") or request.text or ""), SUGGESTED)
        if found.answered:
            give_article(turn, found.hits[0])
        outcome = replace(request, text=None, entities=(), intent="kb_answered" if found.answered else "kb_missed")
        try:
            turn.speak((await self._dialogue.turn(outcome)).messages)
        except DialogueUnavailable:
            if not found.answered:
                admit_ignorance(turn)

    def _said(self, command: Command, turn: Turn, notice: str) -> bool:
        """The commands that only tell something of the edition."""
        if command.do == "show_menu":
            turn.say(menu_words(notice))
        elif command.do == "connect_dispatch":
            turn.say(dispatch_words(self._dispatch))
        else:
            return False
        return True


def _lines(turn: Turn) -> Sequence[ChatLine]:
    return [ChatLine(text=reply.text, buttons=[button.title for button in reply.buttons]) for reply in turn.replies]
