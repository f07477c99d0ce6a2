"""The editor of the telephone menu and of the bot's words over HTTP."""
