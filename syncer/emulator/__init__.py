"""A local server with the queue API, for demonstrations and tests."""
