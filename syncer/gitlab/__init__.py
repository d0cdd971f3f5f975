"""GitLab: merge requests, the notes on them, and what else syncer needs of its API."""
