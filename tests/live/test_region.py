from typing import Any

import pytest

from syncer.errors import ConfigError
from syncer.live.region import DOMAINS, Credentials, Endpoints, credentials, endpoints
from syncer.model.settings import Environment, Variables


def test_credentials_in_their_order() -> None:
    env = {
        "GENESYS_CLIENT_ID": "b",
        "GENESYS_CLIENT_SECRET": "bs",
    }
    assert credentials(env).client_id == "b"
    env |= {"GENESYSCLOUD_OAUTHCLIENT_ID": " a\n", "GENESYSCLOUD_OAUTHCLIENT_SECRET": "as"}
    assert (credentials(env).client_id, credentials(env).client_secret) == ("a", "as")
    env |= {"GENESYSCLOUD_ACCESS_TOKEN": "t0k"}
    found = credentials(env)
    assert (found.access_token, str(found)) == ("t0k", "the access token of GENESYSCLOUD_ACCESS_TOKEN")


def test_only_the_variables_of_an_environment_count() -> None:
    env = {"GENESYSCLOUD_ACCESS_TOKEN": "t0k", "PROD_ID": "p", "PROD_SECRET": "ps", "PROD_TOKEN": "pt"}
    client = Variables("PROD_ID", "PROD_SECRET")
    assert credentials(env, client) == Credentials("p", "ps", source="PROD_ID and PROD_SECRET")
    token = Variables(access_token="PROD_TOKEN")
    assert credentials(env, token) == Credentials(access_token="pt", source="PROD_TOKEN")
    with pytest.raises(ConfigError) as caught:
        credentials({}, client)
    assert caught.value.hint == "Set PROD_ID and PROD_SECRET."
    with pytest.raises(ConfigError) as caught:
        credentials({}, token)
    assert caught.value.hint == "Set PROD_TOKEN."


def test_secrets_are_not_shown() -> None:
    found = Credentials("me", "s3cret", "t0ken", "X")
    assert "s3cret" not in repr(found) + str(found)
    assert "t0ken" not in repr(found) + str(found)


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({}, "no credentials"),
        ({"GENESYSCLOUD_OAUTHCLIENT_ID": "a"}, "GENESYSCLOUD_OAUTHCLIENT_SECRET is not set"),
        ({"GENESYSCLOUD_OAUTHCLIENT_SECRET": "s3"}, "GENESYSCLOUD_OAUTHCLIENT_ID is not set"),
        ({"GENESYS_CLIENT_ID": "a", "GENESYS_CLIENT_SECRET": " "}, "GENESYS_CLIENT_SECRET is not set"),
        ({"GENESYSCLOUD_ACCESS_TOKEN": "s3\ncret"}, "GENESYSCLOUD_ACCESS_TOKEN contains"),
        ({"GENESYS_CLIENT_ID": "a", "GENESYS_CLIENT_SECRET": "s3 é"}, "GENESYS_CLIENT_SECRET contains"),
    ],
)
def test_what_is_missing_is_named(env: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        credentials(env)
    assert "s3" not in str(caught.value)


@pytest.mark.parametrize(("region", "domain"), [*DOMAINS.items(), *((d, d) for d in DOMAINS.values())])
def test_every_region_has_its_hosts(region: str, domain: str) -> None:
    expected = Endpoints(f"https://api.{domain}", f"https://login.{domain}", gateway=False)
    assert expected == endpoints({}, region=region)
    assert expected == endpoints({"GENESYSCLOUD_REGION": f" {region.upper()} "})
    assert expected == endpoints({}, api_url=f"https://api.{domain}/")
    assert not expected.loopback


def test_a_new_region_below_the_vendors_domain_needs_no_release() -> None:
    assert endpoints({}, region="new1.pure.cloud").api == "https://api.new1.pure.cloud"


@pytest.mark.parametrize(
    ("region", "guess"),
    [
        ("eu-central-3", "eu-central-"),
        ("mypurecloud.dee", "mypurecloud.de"),
        ("evil.com/.pure.cloud", "Known"),
        (".pure.cloud", "Known"),
        ("pure.cloud", "Known"),
    ],
)
def test_an_unknown_region_gets_the_nearest(region: str, guess: str) -> None:
    with pytest.raises(ConfigError) as caught:
        endpoints({}, region=region)
    assert guess in f"{caught.value} {caught.value.hint}"


def test_nothing_set_says_what_to_set() -> None:
    with pytest.raises(ConfigError) as caught:
        endpoints({"GENESYSCLOUD_REGION": " "})
    assert "GENESYSCLOUD_REGION" in caught.value.hint


def test_precedence() -> None:
    env = {
        "SYNCER_API_URL": "https://one.example/base//",
        "GENESYSCLOUD_GATEWAY_HOST": "two.example",
        "GENESYSCLOUD_REGION": "eu-west-1",
    }
    assert endpoints(env, api_url="https://zero.example", region="eu-west-2").api == "https://zero.example"
    assert endpoints(env, region="eu-west-2").api == "https://api.euw2.pure.cloud"
    one = "https://one.example/base"
    assert endpoints(env) == Endpoints(one, one, gateway=True)
    del env["SYNCER_API_URL"]
    assert endpoints(env).api == "https://two.example"
    del env["GENESYSCLOUD_GATEWAY_HOST"]
    assert endpoints(env).api == "https://api.mypurecloud.ie"


@pytest.mark.parametrize("suffix", ["/api/v2", "/api/v2/", "//API/v2"])
def test_what_every_call_begins_with_may_stand_behind_the_address(suffix: str) -> None:
    assert endpoints({}, api_url="https://one.example/base") == endpoints(
        {"SYNCER_API_URL": f"https://one.example/base{suffix}"}
    )
    region = endpoints({}, region="eu-central-1")
    assert (region, False) == (endpoints({}, api_url=f"{region.api}{suffix}"), region.gateway)
    kept = "https://one.example/api/v2/base"
    assert kept == endpoints({}, api_url=kept).api


def test_an_environment_of_the_settings_comes_last() -> None:
    prod = Environment("prod", region="eu-central-1")
    assert endpoints({}, environment=prod).api == "https://api.mypurecloud.de"
    assert endpoints({}, region="eu-west-2", environment=prod).api == "https://api.euw2.pure.cloud"
    assert endpoints({"SYNCER_API_URL": "https://x.example"}, environment=prod).api == "https://x.example"
    own = Environment("lab", api_url="https://lab.example", region="eu-west-1")
    assert endpoints({}, environment=own).api == "https://lab.example"
    with pytest.raises(ConfigError, match="It is not set"):
        endpoints({}, environment=Environment("bare"))
    with pytest.raises(ConfigError, match=r"environments\.prod\.region names no known region"):
        endpoints({}, environment=Environment("prod", region="mars-1"))


def test_only_what_looks_like_a_host_is_repeated() -> None:
    for named in ("mars-1", "Frankfurt", "mypurecloud.xx"):
        with pytest.raises(ConfigError, match=rf"names no known region: '{named.lower()}'"):
            endpoints({}, region=named)
    for secret in ("s3cr3t-Value_1", "x" * 60, "a b"):
        with pytest.raises(ConfigError, match=r"--region names no known region\.$") as caught:
            endpoints({}, region=secret)
        assert secret.lower() not in f"{caught.value.message} {caught.value.hint}".lower()


def test_a_region_in_a_variable_may_only_agree_with_the_environment() -> None:
    prod = Environment("prod", region="eu-central-1")
    agreed = endpoints({"GENESYSCLOUD_REGION": "mypurecloud.de"}, environment=prod)
    assert agreed.api == "https://api.mypurecloud.de"
    with pytest.raises(ConfigError, match="names another organization than the environment 'prod'"):
        endpoints({"GENESYSCLOUD_REGION": "eu-west-1"}, environment=prod)


@pytest.mark.parametrize(
    ("host", "port", "protocol", "expected"),
    [
        ("gw.example", "", "", "https://gw.example"),
        ("gw.example", "8443", "https", "https://gw.example:8443"),
        ("127.0.0.1", "8800", "http", "http://127.0.0.1:8800"),
        ("::1", "8800", "http", "http://[::1]:8800"),
    ],
)
def test_a_gateway(host: str, port: str, protocol: str, expected: str) -> None:
    env = {
        "GENESYSCLOUD_GATEWAY_HOST": host,
        "GENESYSCLOUD_GATEWAY_PORT": port,
        "GENESYSCLOUD_GATEWAY_PROTOCOL": protocol,
    }
    assert expected == endpoints(env).api


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://api.mypurecloud.de", "plain http"),
        ("http://127.0.0.1.example.com", "plain http"),
        ("http://0.0.0.0", "plain http"),
        ("ftp://localhost", "start with https"),
        ("localhost:8800", "start with https"),
        ("https://", "no host"),
        ("https://host:0", "no host"),
        ("https://me:secret@host", "user or password"),
        ("https://host?x=secret", "query"),
        ("https://host#secret", "query"),
        ("https://host:99999", "not a URL"),
        ("https://[::1", "not a URL"),
        ("https://ho st", "white space"),
        ("https://host\u0007", "control"),
    ],
)
def test_urls_that_are_refused(url: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        endpoints({}, api_url=url)
    assert "secret" not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize(
    ("env", "options", "source"),
    [
        ({"GENESYSCLOUD_REGION": "eu-central-1"}, {}, "GENESYSCLOUD_REGION"),
        ({"GENESYSCLOUD_REGION": "eu-central-1"}, {"region": "us-east-1"}, "--region"),
        ({"SYNCER_API_URL": "https://api.mypurecloud.de"}, {}, "SYNCER_API_URL"),
        (
            {"GENESYSCLOUD_GATEWAY_HOST": "gateway.example"},
            {},
            "GENESYSCLOUD_GATEWAY_HOST, _PORT and _PROTOCOL",
        ),
        ({"SYNCER_API_URL": "https://a.example"}, {"api_url": "https://b.example"}, "--api-url"),
    ],
)
def test_it_is_known_what_decided(env: dict[str, str], options: dict[str, Any], source: str) -> None:
    assert source == endpoints(env, **options).source
