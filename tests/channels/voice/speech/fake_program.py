"""A voice as a program (engines/framed.py) for the pool's tests: it says its process' number; some words make it misbehave."""

import json
import os
import struct
import sys
import time


def greet(words: dict[str, object]) -> None:
    """The first line."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def main(what: str) -> None:
    """Greets, then answers each line."""
    if what == "missing":
        greet({"missing": "toy: no voice here"})
        return
    greet({"rate": 8000, "voices": ["toy"]})
    out = sys.stdout.buffer
    for line in sys.stdin:
        text = json.loads(line)["text"]
        if text == "die":
            os._exit(3)
        if text == "refuse":
            out.write(struct.pack("!I", 0xFFFFFFFF))
        else:
            sound = struct.pack("<i", os.getpid())
            out.write(struct.pack("!I", len(sound)) + sound)
            out.flush()
            if text == "hang":
                time.sleep(60)
            out.write(struct.pack("!I", 0))
        out.flush()


main(sys.argv[1])
