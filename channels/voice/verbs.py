"""The verbs that we answer jambonz with, in the manner of the SDK: snake_case here, camelCase on the wire.

The SDK has eight verbs and lets unknown properties pass; one unknown property makes jambonz 0.9.8 drop the call. Ours are closed.
"""

from typing import Annotated, Any, Literal

from jambonz.webhook.verbs import _JambonzBase
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

Key = Annotated[str, Field(pattern=r"^[0-9*#]$")]


class _Part(_JambonzBase, BaseModel):  # type: ignore[misc]  # the SDK comes without types
    """What verbs are made of."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=True)


class Auth(_Part):
    """Basic authentication of a websocket."""

    username: str
    password: str


class Recognizer(_Part):
    """Words that the recogniser is told to expect; the vendor and the language stay the application's."""

    vendor: str = "default"
    language: str = "default"
    hints: list[str]


class Say(_Part):
    """Text to speech; of several texts one follows the other."""

    verb: Literal["say"] = "say"
    text: str | list[str]
    disable_tts_cache: Literal[True] | None = None


class Play(_Part):
    """A sound file by its address."""

    verb: Literal["play"] = "play"
    url: str | list[str]


class ActionHookDelay(_Part):
    """What is said while our answer is late. No give-up: without actions for it the exchange would hang up."""

    enabled: Literal[True] = True
    no_response_timeout: float
    actions: list[Say]


class Gather(_Part):
    """Waits for keys and speech; ``timeout``: seconds after the prompt, 0: none."""

    verb: Literal["gather"] = "gather"
    action_hook: str
    input: list[Literal["speech", "digits"]]
    timeout: float
    num_digits: int | None = None
    min_digits: int | None = None
    max_digits: int | None = None
    inter_digit_timeout: int | None = None
    finish_on_key: Key | None = None
    bargein: bool | None = None
    min_bargein_word_count: int | None = None
    recognizer: Recognizer | None = None
    say: Say | None = None
    play: Play | None = None
    action_hook_delay_action: ActionHookDelay | None = None


class Target(_Part):
    """Whom to ring: a number through a carrier, a registered user, or a SIP address."""

    type: Literal["phone", "user", "sip"]
    number: str | None = None
    trunk: str | None = None
    name: str | None = None
    sip_uri: str | None = None


class Dial(_Part):
    """Rings somebody and joins the two; ``timeout``: seconds of ringing."""

    verb: Literal["dial"] = "dial"
    target: list[Target]
    action_hook: str
    timeout: int
    caller_id: str | None = None
    confirm_hook: str | None = None
    dial_music: str | None = None
    tag: dict[str, str] | None = None


class Listen(_Part):
    """Streams the caller's sound to the recorder; ``max_length``: seconds."""

    verb: Literal["listen"] = "listen"
    url: str
    mix_type: Literal["mono", "stereo", "mixed"] = "mono"
    action_hook: str | None = None
    play_beep: bool = True
    finish_on_key: Key = "#"
    max_length: int
    pass_dtmf: bool = True
    ws_auth: Auth | None = None
    metadata: dict[str, str] | None = None


class WholeCall(_Part):
    """The recording of the whole call: the caller on the left, all that the caller hears on the right."""

    enable: bool = True
    url: str
    mix_type: Literal["stereo"] = "stereo"
    sample_rate: Literal[8000] = 8000
    pass_dtmf: bool = True
    ws_auth: Auth | None = None
    metadata: dict[str, str] | None = None


class Config(_Part):
    """Settings of the call from here on."""

    verb: Literal["config"] = "config"
    listen: WholeCall


class Redirect(_Part):
    """Asks another hook what to do; when that fails too, the verb behind it runs."""

    verb: Literal["redirect"] = "redirect"
    action_hook: str


class Hangup(_Part):
    """Ends the call."""

    verb: Literal["hangup"] = "hangup"


Verb = Say | Play | Gather | Dial | Listen | Config | Redirect | Hangup
Wire = list[dict[str, Any]]
"""Verbs as they go over the wire."""
