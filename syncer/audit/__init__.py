"""The audit trail: a chain of hashes, its verification and its figures."""
