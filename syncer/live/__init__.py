"""The live API: credentials, pace, client, and how a queue's JSON says overflow."""
