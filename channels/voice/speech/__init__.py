"""The speech service: text to sound and sound to text, a process of its own."""
