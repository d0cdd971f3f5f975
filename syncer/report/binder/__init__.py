"""The report on an audit trail that is signed and filed: its content, and a file for each format."""
