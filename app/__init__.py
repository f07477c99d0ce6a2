"""Assembly: settings, wiring by hand, and the processes."""
