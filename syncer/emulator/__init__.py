"""A local server that speaks the queue API, for demonstrations and tests."""
