"""How each verb is carried out; to import the package makes them known."""

from sandbox.jambonz.deeds import dialling, gathering, plain, queueing, recording

__all__ = ["dialling", "gathering", "plain", "queueing", "recording"]
