"""How long anything awaited may take before a test calls it a failure: a bound, not a measure, since a machine may be busy."""

SECONDS = 60.0
MS = 60_000
"""The same for a browser."""
START = 240.0
"""The same for a process that begins: it reads and compiles all its modules before it does anything."""
