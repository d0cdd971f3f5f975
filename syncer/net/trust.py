"""Trust in the certificates of one server, for connections to it alone."""

import ssl
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.util.ssl_ import create_urllib3_context

from syncer.errors import ConfigError


def trusting(file: str, name: str) -> ssl.SSLContext:
    """Trusts the certificates in ``file`` (PEM) too, besides those that count for every server.

    One from the middle of a chain is enough: a file need not contain the root. Raises ConfigError if it has
    no certificates; ``name`` is the variable that names it.
    """
    context = create_urllib3_context()
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        context.load_verify_locations(cafile=file)
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"the file of {name} can't be read, or has no certificates in PEM",
            hint=f"Name one that does, or unset {name}.",
        ) from error
    return context


class TrustingAdapter(HTTPAdapter):
    """Connections that are encrypted according to a ``context``; without one, as usual."""

    def __init__(self, context: ssl.SSLContext | None = None, **options: Any) -> None:
        self._context = context
        super().__init__(**options)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, ssl_context=self._context)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        return super().proxy_manager_for(proxy, **kwargs, ssl_context=self._context)
