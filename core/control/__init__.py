"""The timetable of the casework: terms, reminders, escalation (reg. 2.8.7-2.8.11, 4.3, 4.4)."""
