"""Speech to words: where an utterance begins and ends, and who understands it."""
