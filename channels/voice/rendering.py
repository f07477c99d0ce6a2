"""A move of the menu as verbs: what may be cut stands in a gather, and behind everything that can fail stands a way out."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

from channels.voice.addresses import Addresses, Way
from channels.voice.lines import Lines
from channels.voice.menu.message import OWN_RECORDING
from channels.voice.menu.model import Dial, HangUp, Listen, Move, Party, Play, Prompt, Record, Say, Then, Wait
from channels.voice.music import music_key
from channels.voice.numbers import dialable
from channels.voice.tickets import Awaited, Ticket
from channels.voice.verbs import (
    ActionHookDelay,
    Auth,
    Config,
    Gather,
    Hangup,
    Recognizer,
    Redirect,
    Target,
    Verb,
    WholeCall,
    Wire,
)
from channels.voice.verbs import Dial as DialVerb
from channels.voice.verbs import Listen as ListenVerb
from channels.voice.verbs import Play as PlayVerb
from channels.voice.verbs import Say as SayVerb
from channels.voice.wire import wire

AT_ONCE = 0.2
"""Seconds of silence after a prompt that another one follows."""
LATE = 1.5
"""Seconds without our answer after which the caller is asked to wait."""
MOST_FAILURES = 2
"""Safety tails in a row; the next one is the last resort."""
MUSIC_SECONDS = Wait().seconds
CALLS_AT_ONCE = 1024
"""Calls whose last resort is kept ready: it ends each of their answers."""
RESORT_SECONDS = 120
RESORT_PART = "question"
WORDS_TO_CUT = 2
"""A cough is no wish to speak."""
MOST_HINTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Trunk:
    """How we dial and record: the number we call as (E.164), the carrier's name in jambonz, the recorder's Basic authentication."""

    caller_id: str = ""
    carrier: str = ""
    recorder_user: str = ""
    recorder_password: str = ""


class Rendering:
    """Makes answers; ``speak`` turns written words into words for the ear."""

    def __init__(self, addresses: Addresses, trunk: Trunk, lines: Lines, speak: Callable[[str], str]) -> None:
        self._addresses = addresses
        self._trunk = trunk
        self._lines = lines
        self._speak = speak
        delay = SayVerb(text=speak(lines.wait))
        self._delay = ActionHookDelay(no_response_timeout=LATE, actions=[delay])
        self._resorts = lru_cache(maxsize=CALLS_AT_ONCE)(self._last_resort)

    def answer(self, move: Move, ticket: Ticket, *, can_record: bool, before: Sequence[Verb] = (), hook: str = "") -> Wire:
        """The verbs of a move whose effects are carried out, after those ``before``; ``ticket``: with the move's place in it.

        ``hook``: the name of the hook that is told the end of a dialling, when it is not that of the menu.
        """
        then, way = move.then, self._addresses.way(ticket)
        prompts = tuple(self._addressed(prompt, ticket.call_sid) for prompt in move.prompts)
        if isinstance(then, Listen | Wait):
            spoken = self._listening(prompts, then, way)
        else:
            spoken = [*self._plain(prompts), *self._ending(then, ticket, way, hook)]
        if isinstance(then, HangUp):
            return wire([*before, *spoken])
        resort = self.last_resort(ticket.call_sid, can_record=can_record)
        again = () if ticket.failures > MOST_FAILURES else (Redirect(action_hook=way.to(Awaited.FAILURE)),)
        return [*wire([*before, *spoken, *again]), *resort]

    def recorded(self, call_sid: str) -> Config:
        """The verb that records the whole call; the first of a call (reg. 2.5.2). Plain ids only: the exchange breaks quotes."""
        url = self._addresses.whole_call(call_sid)
        return Config(listen=WholeCall(url=url, ws_auth=self._auth(), metadata={"call": call_sid}))

    def last_resort(self, call_sid: str, *, can_record: bool) -> Wire:
        """An apology and a message to the recorder: what runs when neither a hook nor the one that is asked after it answers."""
        return self._resorts(call_sid, can_record)

    def spoken(self, text: str, *, personal: bool = False) -> SayVerb:
        """One text."""
        return self._say([text], personal=personal)

    def music(self) -> PlayVerb:
        """What a waiting caller hears."""
        return PlayVerb(url=self._addresses.media(music_key(MUSIC_SECONDS)))

    def hook(self, ticket: Ticket, name: str) -> str:
        """The address of a hook that is not the menu's."""
        return self._addresses.way(ticket).to(name)

    def _last_resort(self, call_sid: str, can_record: bool) -> Wire:
        lines = self._lines
        if not can_record:
            return wire([self._say([lines.trouble, lines.try_later]), Hangup()])
        verbs: list[Verb] = [
            self._say([lines.trouble, lines.leave_message]),
            ListenVerb(
                url=self._addresses.part(call_sid, f"{RESORT_PART}-0"),
                max_length=RESORT_SECONDS,
                ws_auth=self._auth(),
                metadata={"call": call_sid},
            ),
            self._say([lines.kept]),
            Hangup(),
        ]
        return wire(verbs)

    def _addressed(self, prompt: Prompt, call_sid: str) -> Prompt:
        """The caller's own recording is named by the menu and found by us."""
        if isinstance(prompt, Play) and prompt.url.startswith(OWN_RECORDING):
            return replace(prompt, url=self._addresses.own(call_sid, prompt.url.removeprefix(OWN_RECORDING)))
        return prompt

    def _listening(self, prompts: tuple[Prompt, ...], then: Listen | Wait, way: Way) -> list[Verb]:
        groups = _groups(prompts)
        verbs: list[Verb] = []
        while groups:
            group = groups[0]
            if isinstance(then, Listen) and len(groups) == 1 and group[0].cut:
                break
            groups = groups[1:]
            verbs += self._before(group, then, way) if group[0].cut else self._plain(group)
        last = self._gather(then, way.to(Awaited.LISTEN if isinstance(then, Listen) else Awaited.WAIT))
        if groups:
            _put(last, self._prompt(groups[0]))
        if isinstance(then, Wait):
            last.play = self.music()
        return [*verbs, last]

    def _before(self, group: list[Prompt], then: Listen | Wait, way: Way) -> list[Verb]:
        """A prompt that another one follows; when nothing is pressed in it the hook lets the next verb run."""
        prompt = self._prompt(group)
        if prompt is None:
            return []
        gather = self._gather(then, way.to(Awaited.MORE))
        gather.timeout = AT_ONCE
        _put(gather, prompt)
        return [gather]

    def _gather(self, then: Listen | Wait, hook: str) -> Gather:
        if isinstance(then, Wait):
            return Gather(action_hook=hook, input=["digits"], num_digits=1, timeout=AT_ONCE)
        gather = Gather(action_hook=hook, input=[], timeout=then.timeout, action_hook_delay_action=self._delay)
        if then.speech:
            gather.input.append("speech")
            gather.bargein, gather.min_bargein_word_count = True, WORDS_TO_CUT
            if then.hints:
                gather.recognizer = Recognizer(hints=list(then.hints[:MOST_HINTS]))
        if then.most == 1:
            gather.input.append("digits")
            gather.num_digits = 1
        elif then.most > 1:
            gather.input.append("digits")
            gather.min_digits, gather.max_digits = max(then.least, 1), then.most
            gather.inter_digit_timeout, gather.finish_on_key = then.between_keys, "#"
        return gather

    def _ending(self, then: Then, ticket: Ticket, way: Way, hook: str) -> list[Verb]:
        if isinstance(then, Dial):
            return [self._dialling(then, ticket, way.to(hook or Awaited.DIAL))]
        if isinstance(then, Record):
            return [self._recording(then, ticket, way.to(Awaited.RECORD))]
        return [Hangup()]

    def _dialling(self, then: Dial, ticket: Ticket, hook: str) -> DialVerb:
        leg = ticket.leg
        screen = self._addresses.way(replace(ticket, place=None)).to("confirm") if then.screened else None
        return DialVerb(
            target=[self._target(then.party)],
            action_hook=hook,
            timeout=then.seconds,
            caller_id=dialable(self._trunk.caller_id) or None,
            confirm_hook=screen,
            dial_music=self._addresses.media(music_key(MUSIC_SECONDS)),
            tag={"leg": leg} if leg else None,
        )

    def _recording(self, then: Record, ticket: Ticket, hook: str) -> ListenVerb:
        name = ticket.recorded[then.part]
        return ListenVerb(
            url=self._addresses.part(ticket.call_sid, name),
            action_hook=hook,
            max_length=then.most,
            ws_auth=self._auth(),
            metadata={"call": ticket.call_sid, "part": name},
        )

    def _plain(self, prompts: Iterable[Prompt]) -> Iterator[Verb]:
        """Prompts in which keys are not heard."""
        for group in _groups(prompts):
            if (prompt := self._prompt(group)) is not None:
                yield prompt

    def _prompt(self, group: list[Prompt]) -> SayVerb | PlayVerb | None:
        texts = [prompt.text for prompt in group if isinstance(prompt, Say) and prompt.text.strip()]
        urls = [prompt.url for prompt in group if isinstance(prompt, Play) and prompt.url]
        if urls:
            return PlayVerb(url=urls if len(urls) > 1 else urls[0])
        personal = any(isinstance(prompt, Say) and prompt.personal for prompt in group)
        return self._say(texts, personal=personal) if texts else None

    def _say(self, texts: list[str], *, personal: bool = False) -> SayVerb:
        spoken = [self._speak(text) for text in texts]
        return SayVerb(text=spoken if len(spoken) > 1 else spoken[0], disable_tts_cache=True if personal else None)

    def _target(self, party: Party) -> Target:
        if party.address_kind == "phone":
            return Target(type="phone", number=dialable(party.address), trunk=self._trunk.carrier or None)
        if party.address_kind == "user":
            return Target(type="user", name=party.address)
        return Target(type="sip", sip_uri=party.address)

    def _auth(self) -> Auth | None:
        trunk = self._trunk
        return Auth(username=trunk.recorder_user, password=trunk.recorder_password) if trunk.recorder_user else None


def _groups(prompts: Iterable[Prompt]) -> list[list[Prompt]]:
    """Neighbours of one kind, which one verb can say."""

    def kind(prompt: Prompt) -> tuple[bool, bool, bool]:
        return isinstance(prompt, Play), prompt.cut, isinstance(prompt, Say) and prompt.personal

    return [list(group) for _, group in groupby(prompts, key=kind)]


def _put(gather: Gather, prompt: SayVerb | PlayVerb | None) -> None:
    if isinstance(prompt, SayVerb):
        gather.say = prompt
    elif prompt is not None:
        gather.play = prompt
