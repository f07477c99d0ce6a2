"""getUpdates and webhooks."""

import asyncio
import re
from typing import Any

from sandbox.telegram.call import Call, answers
from sandbox.telegram.errors import bad_request, conflict
from sandbox.telegram.seats import Webhook

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_URL = re.compile(r"https?://[^\s/]+(/\S*)?$")
_LONGEST_POLL = 50


@answers("getUpdates")
async def get_updates(call: Call) -> Any:
    """Long poll: confirms what is below `offset`, waits for what comes. A second poller ends the first with 409."""
    queue = call.seat.queue
    if call.seat.webhook.url:
        raise conflict("can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
    queue.generation += 1
    mine = queue.generation
    queue.changed.fire()
    if "allowed_updates" in call.params:
        queue.allowed = call.params["allowed_updates"]
    if "offset" in call.params:
        queue.confirm_before(call.params["offset"])
    limit = call.get("limit", 100)
    if not 1 <= limit <= 100:
        limit = 100
    loop_time = asyncio.get_running_loop().time
    end = loop_time() + min(call.get("timeout", 0), _LONGEST_POLL)
    while not queue.pending and not queue.closed and (left := end - loop_time()) > 0:
        await queue.changed.wait(left)
        if queue.generation != mine:
            reason = (
                "setWebhook request"
                if call.seat.webhook.url
                else "other getUpdates request; make sure that only one bot instance is running"
            )
            raise conflict(f"terminated by {reason}")
    return [update.as_json() for update in queue.pending[:limit]]


@answers("setWebhook")
async def set_webhook(call: Call) -> Any:
    """Where updates go from now on. http and any port are allowed, as with a Bot API server of one's own."""
    url = call.get("url", "")
    if not url:
        return await delete_webhook(call)
    if not _URL.match(url):
        raise bad_request("bad webhook: Failed to resolve host: invalid URL")
    secret = call.get("secret_token", "")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    connections = call.get("max_connections", 40)
    if not 1 <= connections <= 100:
        raise bad_request("max_connections must be between 1 and 100")
    queue = call.seat.queue
    call.seat.webhook = Webhook(url=url, secret=secret, most_connections=connections, ip_address=call.get("ip_address", ""))
    if "allowed_updates" in call.params:
        queue.allowed = call.params["allowed_updates"]
    if call.get("drop_pending_updates"):
        queue.drop()
    queue.generation += 1
    for update in queue.pending:
        update.due = 0.0
    queue.changed.fire()
    return True


@answers("deleteWebhook")
async def delete_webhook(call: Call) -> Any:
    """Back to polling."""
    call.seat.webhook = Webhook()
    if call.get("drop_pending_updates"):
        call.seat.queue.drop()
    call.seat.queue.changed.fire()
    return True


@answers("getWebhookInfo")
async def get_webhook_info(call: Call) -> Any:
    """The state of the delivery."""
    webhook, queue = call.seat.webhook, call.seat.queue
    answer: dict[str, Any] = {"url": webhook.url, "has_custom_certificate": False, "pending_update_count": len(queue.pending)}
    if webhook.url:
        answer["max_connections"] = webhook.most_connections
    if webhook.last_error:
        answer |= {"last_error_date": webhook.last_error_date, "last_error_message": webhook.last_error}
    if queue.allowed:
        answer["allowed_updates"] = queue.allowed
    return answer


@answers("logOut", "close")
async def close(call: Call) -> Any:
    """Accepted, without effect."""
    return bool(call.method)
