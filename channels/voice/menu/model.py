"""What the menu speaks in: where a caller is, what happened, and what is to be done. Pure values, no network."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Hours(StrEnum):
    """Which menu is told (reg. 2.9)."""

    DAY = "day"
    NIGHT = "night"
    HOLIDAY = "holiday"


class Happened(StrEnum):
    """What the exchange, or the carrying out of an effect, told us.

    KEYS, SPEECH and SILENCE end a listening; FAILED is the safety tail, a hook or the recogniser that failed. DIALLED ends a
    dialling (``status``: completed, busy, no-answer, failed, in-progress = declined). RECORDED ends a recording (``seconds`` may
    be None: the recorder could not be reached; ``key``: what ended it). TICK: the music of the queue came round. HUNG_UP needs no
    answer. The rest are answers to effects: see ``Effect``.
    """

    STARTED = "started"
    KEYS = "keys"
    SPEECH = "speech"
    SILENCE = "silence"
    FAILED = "failed"
    DIALLED = "dialled"
    RECORDED = "recorded"
    TICK = "tick"
    HUNG_UP = "hung_up"
    ANSWERED = "answered"
    LISTED = "listed"
    NEWS = "news"
    OPERATOR_FOUND = "operator_found"
    NOBODY_FREE = "nobody_free"
    STORED = "stored"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing that can be chosen by a key: what is said of it, and what choosing it means.

    ``value``: an article's or a category's number, or ``message:index`` of a button of the dialogue.
    """

    title: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One event of a call.

    ``digits`` with KEYS; ``words`` and ``confidence`` (0 to 1) with SPEECH; ``status`` and ``seconds`` with DIALLED and RECORDED.
    ANSWERED: ``words`` are what the dialogue says, ``choices`` its buttons, ``status`` one of "", "handed_off", "alarm", "closed",
    "unknown" (no answer was found), "down" (the dialogue is away), "form" (it asks for something).
    LISTED: ``choices`` (a page), ``more``. NEWS: ``words``, ``url`` (empty: only words), ``status`` "fresh", "old" or "none".
    OPERATOR_FOUND: ``party``. NOBODY_FREE: ``position`` in the queue from 1, ``status`` "busy" or "closed", ``opening``.
    """

    kind: Happened
    digits: str = ""
    words: str = ""
    confidence: float = 0.0
    status: str = ""
    seconds: int | None = None
    key: str = ""
    choices: tuple[Choice, ...] = ()
    more: bool = False
    url: str = ""
    party: "Party | None" = None
    position: int = 0
    opening: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Whom to dial. ``kind``: operator, official or dispatch; ``address_kind``: phone, user or sip; ``leg``: the key of the leg."""

    kind: str
    address_kind: str
    address: str
    leg: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the menu must know beside the caller's place; read once for a hook.

    ``recognises``: speech is understood here. ``can_record``: there is room and a recorder. ``caller``: E.164 or empty.
    ``dispatch``: the two numbers of item 4. ``opening``: in words, when operators are there again.
    ``notice``: what is told of other hours today, after the greeting.
    """

    now: datetime
    hours: Hours
    caller: str
    recognises: bool
    can_record: bool
    dispatch: tuple[str, ...]
    opening: str = ""
    centre_name: str = ""
    notice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the caller is; it travels sealed in the hook's address, so it is small and holds no personal words but ``kept``.

    ``state``: a name of channels/voice/menu/states.py. ``silences`` and ``misses`` are the two ladders. ``choices``:
    values of what the keys 1-9 mean now. ``kept``: a few short facts (digits of a contact, the page of a list, the message being
    recorded). ``last``: keys of the texts that "повторите" says again.
    """

    state: str
    step: int = 0
    silences: int = 0
    misses: int = 0
    warnings: int = 0
    choices: tuple[str, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)
    last: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Something to say. ``cut``: a key or speech may cut it short. ``personal``: no cache may keep its sound."""

    text: str
    cut: bool = True
    personal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """A sound file of ours by its address (news, music, silence).

    ``message:<part>-<take>`` (such as "message:question-7") is the caller's own recording; the channel makes an address of it.
    """

    url: str
    cut: bool = True


Prompt = Say | Play


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """Wait for the caller: at least ``least`` and at most ``most`` keys (0: no keys), speech when ``speech``.

    ``timeout``: seconds of silence after the prompt. ``hints``: words that the recogniser is told to expect.
    """

    least: int = 1
    most: int = 1
    speech: bool = True
    timeout: int = 6
    between_keys: int = 3
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial:
    """Ring somebody, with music for the caller; DIALLED follows. ``screened``: who answers is told who calls and presses a key."""

    party: Party
    seconds: int = 30
    screened: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Record a part of a message: a tone, then until "#", silence or ``most`` seconds; RECORDED follows."""

    part: str
    most: int = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Hold the caller with music for ``seconds``; keys are heard (KEYS) and TICK follows otherwise."""

    seconds: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp:
    """End the call after the prompts; only after a farewell, never on somebody who speaks."""


class Doing(StrEnum):
    """Deeds that the menu asks for; each is carried out outside and its outcome comes back as a Happening.

    ASK: the dialogue, with ``words`` or ``intent`` or a ``choice`` of its buttons -> ANSWERED.
    LIST_CATEGORIES, LIST_ARTICLES (``choice``: category), from ``page`` -> LISTED. READ_ARTICLE (``choice``) -> ANSWERED.
    NEWS -> NEWS. FIND_OPERATOR: reserve a free one, or take a place in the queue -> OPERATOR_FOUND or NOBODY_FREE.
    LEAVE_QUEUE, CALL_BACK (to ``words``: E.164) -> STORED or REFUSED. KEEP_MESSAGE: the parts recorded, contact in ``words``,
    the takes that count in ``choice`` ("name-3 question-7", each numbered by the step of the move that began it)
    -> STORED or REFUSED. SEND_ANSWER: the last answer, ``channel`` email or telegram, to ``words`` -> STORED or REFUSED;
    empty ``words``: to the address on the caller's card. ALARM: note an emergency heard (``words``) -> STORED. WARN: count a
    warning for abuse; with ``intent`` "refuse" the conversation is refused as abusive and ends (reg. 2.8.4) -> STORED.
    REACHED: note a result (``words``: a CallResult) -> STORED.
    """

    ASK = "ask"
    LIST_CATEGORIES = "list_categories"
    LIST_ARTICLES = "list_articles"
    READ_ARTICLE = "read_article"
    NEWS = "news"
    FIND_OPERATOR = "find_operator"
    LEAVE_QUEUE = "leave_queue"
    CALL_BACK = "call_back"
    KEEP_MESSAGE = "keep_message"
    SEND_ANSWER = "send_answer"
    ALARM = "alarm"
    WARN = "warn"
    REACHED = "reached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A deed to carry out before the caller is answered; ``decide`` is asked again with its outcome."""

    doing: Doing
    words: str = ""
    intent: str = ""
    choice: str = ""
    channel: str = ""
    page: int = 0


Then = Listen | Dial | Record | Wait | HangUp | Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What the menu decided: the new place, what is said on the way, and what then. Prompts before an Effect are said first."""

    place: Place
    prompts: tuple[Prompt, ...] = ()
    then: Then
