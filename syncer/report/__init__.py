"""What people and programs read: one file a format."""
