import pytest

from syncer.errors import ConfigError
from syncer.live.region import Credentials, credentials
from syncer.model.settings import Variables


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
        ({"GENESYSCLOUD_ACCESS_TOKEN": "s3\ncret"}, "GENESYSCLOUD_ACCESS_TOKEN holds"),
        ({"GENESYS_CLIENT_ID": "a", "GENESYS_CLIENT_SECRET": "s3 é"}, "GENESYS_CLIENT_SECRET holds"),
    ],
)
def test_what_is_missing_is_named(env: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        credentials(env)
    assert "s3" not in str(caught.value)
