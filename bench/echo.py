"""The least that a web application can do with a hook: read its JSON and give it back. Served bare, for comparison."""

from typing import Any

from fastapi import FastAPI

app = FastAPI()


@app.post("/echo")
async def echo(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The body in a list, as hooks answer."""
    return [body]
