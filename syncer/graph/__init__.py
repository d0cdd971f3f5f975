"""Graph algorithms over adjacency lists of whole numbers; they know nothing of queues."""
