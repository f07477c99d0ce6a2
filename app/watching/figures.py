"""Every figure that a monitor reads (docs/how-to/observe.md). No label holds a word of a citizen, a name or an address."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.process_collector import ProcessCollector

REGISTRY = CollectorRegistry(auto_describe=True)
"""The figures of this process."""
QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Seconds: a page is quick below a tenth, a turn of the dialogue is given up after some."""

REQUESTS = Counter(
    "centre_http_requests",
    "HTTP requests that were answered, by the template of the route",
    ("method", "route", "status"),
    registry=REGISTRY,
)
REQUEST_SECONDS = Histogram(
    "centre_http_request_seconds",
    "Seconds until an answer began (a live stream begins at once)",
    ("route",),
    buckets=QUICK,
    registry=REGISTRY,
)
LISTENERS = Gauge("centre_live_listeners", "Open screens that hear the live stream of this process", registry=REGISTRY)
DIALOGUE_SECONDS = Histogram(
    "centre_dialogue_turn_seconds", "Seconds of a turn of the dialogue that was answered", buckets=QUICK, registry=REGISTRY
)
DIALOGUE_FAILURES = Counter(
    "centre_dialogue_failures", "Turns that the dialogue did not answer (down, too slow, resting)", registry=REGISTRY
)
DATABASE_UP = Gauge("centre_database_up", "1 when the figures of the database were read at this look", registry=REGISTRY)
JOBS = Gauge("centre_jobs", "Jobs in the queue by state", ("state",), registry=REGISTRY)
OLDEST_JOB = Gauge("centre_oldest_job_seconds", "Age of the oldest job that is due and not begun", registry=REGISTRY)
DELIVERIES = Gauge("centre_deliveries", "The newest 5000 deliveries and all unsent ones, by state", ("state",), registry=REGISTRY)
UNHANDLED = Gauge("centre_inbound_unhandled", "Events of channels that were stored and not yet handled", registry=REGISTRY)
WAITING = Gauge("centre_citizens_waiting", "Conversations that wait for an operator", registry=REGISTRY)
LONGEST_WAIT = Gauge("centre_longest_wait_seconds", "How long the first of them waits", registry=REGISTRY)
CALLS = Gauge("centre_calls", "Calls that are going on, by direction", ("direction",), registry=REGISTRY)
MAILBOXES = Gauge("centre_mailboxes", "Watched mailboxes by the phase of their watcher", ("phase",), registry=REGISTRY)
MAIL_SILENCE = Gauge("centre_mail_silence_seconds", "How long the quietest watcher has told nothing", registry=REGISTRY)

ALL = (
    REQUESTS,
    REQUEST_SECONDS,
    LISTENERS,
    DIALOGUE_SECONDS,
    DIALOGUE_FAILURES,
    DATABASE_UP,
    JOBS,
    OLDEST_JOB,
    DELIVERIES,
    UNHANDLED,
    WAITING,
    LONGEST_WAIT,
    CALLS,
    MAILBOXES,
    MAIL_SILENCE,
)
ProcessCollector(registry=REGISTRY)
