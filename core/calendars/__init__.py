"""The working calendar as a table: the seed's rows and what the administrator decided, one for all processes."""
