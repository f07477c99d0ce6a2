"""Runs the dialogue's own actions inside the Rasa process: same protocol as an action server, no HTTP hop and no rasa-sdk.

Rasa calls ``EndpointConfig.request`` for every custom action; ours answers from ``nlu.components.actions`` directly.
"""

from typing import Any, Dict, Text

import jsonschema
from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import EndpointConfig

from nlu.components.actions import ACTIONS
from nlu.components.call import ActionCall


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
    """Give the loaded agent our actions and a validator that does not re-read its constant schema on every call.

    ``jsonschema.validate`` checks the schema itself each time: 15 ms of every action turn (RasaHQ/rasa #11717).
    """
    validator = jsonschema.Draft7Validator(RemoteAction.action_response_format_spec())

    def check(self: RemoteAction, result: Dict[Text, Any]) -> bool:
        validator.validate(result)
        return True

    RemoteAction._validate_action_result = check
    endpoint = LocalActions()
    agent.action_endpoint = endpoint
    agent.processor.action_endpoint = endpoint
