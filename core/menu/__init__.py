"""Editions of the telephone menu and of the bot's words: drafted, checked, heard, published by a second person (reg. 2.3)."""
