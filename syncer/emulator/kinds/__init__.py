"""What the server does with each kind of rule, a file a kind."""
