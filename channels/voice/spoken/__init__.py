"""Texts for the ear."""

from channels.voice.spoken.speaking import sentences_of, shorten, speak

__all__ = ["sentences_of", "shorten", "speak"]
