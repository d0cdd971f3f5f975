import pytest

from syncer.net.urls import host_and_port, is_loopback, problem_of, proxy_variable


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
        ("http://[", "this is not a URL"),
        ("https://host:port", "this is not a URL"),
        ("ftp://host", "this is not an http URL"),
        ("https://", "this is not an http URL"),
        ("https://a b", "this is not an http URL"),
        ("https://me:s3cret@host", "it must not contain a user, password, query or fragment"),
        ("https://host?token=s3cret", "it must not contain a user, password, query or fragment"),
        ("http://host", "plain http to host would expose the token to the whole network; use https"),
    ],
)
def test_where_something_secret_may_be_sent(url: str, problem: str) -> None:
    assert problem == problem_of(url, "the token")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://api.mypurecloud.de/api/v2?secret", "api.mypurecloud.de:443"),
        ("http://me:s3cret@127.0.0.1:8080/record", "127.0.0.1:8080"),
        ("https://[::1]:8443", "[::1]:8443"),
        ("http://", "the server:80"),
        ("https://host:port", "the server"),
    ],
)
def test_a_host_with_its_port_and_nothing_secret(url: str, shown: str) -> None:
    assert shown == host_and_port(url)


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({}, ""),
        ({"https_proxy": "", "HTTPS_PROXY": "http://a"}, "HTTPS_PROXY"),
        ({"https_proxy": "http://a", "HTTPS_PROXY": "http://b"}, "https_proxy"),
        ({"ALL_PROXY": "http://a", "HTTP_PROXY": "http://b"}, "ALL_PROXY"),
    ],
)
def test_the_variable_that_names_a_proxy(environ: dict[str, str], name: str) -> None:
    assert name == proxy_variable("https", environ)
