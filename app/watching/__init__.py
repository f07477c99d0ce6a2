"""What the processes tell of themselves to a monitor."""
