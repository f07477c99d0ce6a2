"""The methods of the Bot API that the sandbox answers; importing this package fills the table."""

from sandbox.telegram.methods import account, changing, sending, topics, updating

__all__ = ["account", "changing", "sending", "topics", "updating"]
