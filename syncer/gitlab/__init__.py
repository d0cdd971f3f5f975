"""GitLab: which merge request is meant, and the notes on it."""
