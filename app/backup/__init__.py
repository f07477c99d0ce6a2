"""Backups: the database and the recordings, sealed with age, proven before they are needed."""
