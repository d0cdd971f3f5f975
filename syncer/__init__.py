"""syncer: declarative GitOps for contact-center queue overflow in Genesys Cloud."""

__version__ = "0.2.0"
