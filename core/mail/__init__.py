"""The incoming mail: stored before the mailbox's cursor moves, read apart, led to whom it concerns."""
