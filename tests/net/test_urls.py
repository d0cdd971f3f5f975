import pytest

from syncer.net.urls import is_loopback, problem_of


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("LOCALHOST", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("10.0.0.1", False),
        ("localhost.example", False),
    ],
)
def test_loopback(host: str, expected: bool) -> None:
    assert expected is is_loopback(host)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("https://gitlab.example.com/api/v4", ""),
        ("http://127.0.0.1:8080/record", ""),
        ("http://[", "this is no URL"),
        ("https://host:port", "this is no URL"),
        ("ftp://host", "this is no http URL"),
        ("https://", "this is no http URL"),
        ("https://a b", "this is no http URL"),
        ("https://me:s3cret@host", "it must hold no user, password, query or fragment"),
        ("https://host?token=s3cret", "it must hold no user, password, query or fragment"),
        ("http://host", "plain http to host would show the token to everybody on the way; use https"),
    ],
)
def test_where_something_secret_may_be_sent(url: str, problem: str) -> None:
    assert problem == problem_of(url, "the token")
