"""The virus scanner, for what comes by mail and for every other file (setting ``CLAMD``)."""

from channels.email.reading.scanning import Clamd


def scanner_at(where: str) -> Clamd | None:
    """The virus scanner behind ``host:port`` or a path; None without one. Raises ValueError for what is neither."""
    if not where:
        return None
    if "/" in where:
        return Clamd(socket=where)
    host, _, port = where.rpartition(":")
    if not host or not port.isdecimal():
        raise ValueError("CLAMD is host:port, or the path of a socket")
    return Clamd(host=host, port=int(port))
