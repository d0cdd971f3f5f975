"""The report on an audit trail that is signed and filed: what it says, and how each format says it."""
