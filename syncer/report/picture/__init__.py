"""Pictures of a network: what is drawn of it, and each form of drawing in a file of its own."""
