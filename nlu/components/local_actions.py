"""Runs the dialogue's own actions inside the Rasa process: same protocol as an action server, no HTTP hop and no rasa-sdk.

Rasa calls ``EndpointConfig.request`` for every custom action; ours answers from ``nlu.components.actions`` directly.
"""

from functools import lru_cache
from typing import Any, Dict, Text

from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import Event
from rasa.utils.endpoints import EndpointConfig

from nlu.components.actions import ACTIONS
from nlu.components.call import ActionCall
from nlu.components.runner import PlannedRunner


class LocalActions(EndpointConfig):
    """An action endpoint that is a table of plain functions."""

    def __init__(self) -> None:
        """Tell Rasa not to send the domain with every call: no action reads it."""
        super().__init__(url="local:", enable_selective_domain=True)

    async def request(  # type: ignore[override]
        self, method: Text = "post", *args: Any, **kwargs: Any
    ) -> Dict[Text, Any]:
        """Answer one call of the action protocol."""
        body = kwargs["json"]
        return ACTIONS[body["next_action"]](ActionCall.read(body))


def install(agent: Any) -> None:
    """Give the loaded agent our actions, and take away what Rasa repeats at every turn although it never changes.

    It checks what an action gives against a schema, which it builds anew (15 ms of every action turn, RasaHQ/rasa #11717): ours
    are a part of this program. It looks for the class of an event among all subclasses, for each event of a state.
    """
    RemoteAction._validate_action_result = lambda *_: True
    Event.resolve_by_type = staticmethod(lru_cache(maxsize=None)(Event.resolve_by_type))
    endpoint = LocalActions()
    agent.action_endpoint = endpoint
    agent.processor.action_endpoint = endpoint
    agent.processor.graph_runner = PlannedRunner(agent.processor.graph_runner)
