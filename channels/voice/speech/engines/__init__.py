"""The voices, each behind the same port."""
