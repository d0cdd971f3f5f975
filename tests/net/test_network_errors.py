import ssl

import pytest
import requests
from urllib3.exceptions import HTTPError, LocationParseError, MaxRetryError, SSLError

from syncer.errors import ConfigError, NoAnswer, SyncerError
from syncer.net.network_errors import explained


def with_code(code: int) -> ssl.SSLCertVerificationError:
    """A certificate that is refused with a code of OpenSSL's."""
    error = ssl.SSLCertVerificationError("secret")
    error.verify_code = code
    return error


def wrapped(cause: ssl.SSLError) -> requests.exceptions.SSLError:
    """An error of the encryption the way requests wraps it."""
    return requests.exceptions.SSLError(MaxRetryError(None, "/", SSLError(cause)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (
            wrapped(ssl.SSLCertVerificationError("self-signed")),
            ConfigError,
            "certificate of h.example",
        ),
        (wrapped(with_code(9)), ConfigError, "certificate of h.example:443 is not valid yet"),
        (wrapped(with_code(20)), ConfigError, "certificate of h.example:443 is not trusted"),
        (wrapped(ssl.SSLError("bad record mac")), NoAnswer, "encrypted connection to h.example:443 broke"),
        (LocationParseError("secret"), ConfigError, "The URL of h.example:443 is not valid"),
        (UnicodeError("secret"), ConfigError, "The URL of h.example:443 is not valid"),
        (HTTPError("secret"), NoAnswer, "closed the connection"),
        (ConnectionResetError("secret"), NoAnswer, "closed the connection"),
        (TimeoutError("secret"), NoAnswer, "in time"),
    ],
)
def test_errors_that_need_a_special_server(error: Exception, kind: type[SyncerError], words: str) -> None:
    found = explained(error, "https://h.example/x?secret")
    assert type(found) is kind
    assert words in str(found)
    assert "secret" not in str(found)
