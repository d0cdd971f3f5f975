"""Whether everything that syncer needs is in place: one group of checks a file, one line a check."""
