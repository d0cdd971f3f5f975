"""What every HTTP client of the program shares: time, deadlines, transport, errors."""
