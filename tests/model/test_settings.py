"""Settings: where they say that live is, and what is ignored."""

import pytest

from syncer.model.settings import (
    DEFAULTS,
    UNKNOWN,
    ApiLocation,
    Ignore,
    Organization,
    Settings,
    Variables,
    Webhook,
)

ONE, OTHER = Organization("1", "One"), Organization("2", "Other")


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (ApiLocation("a"), ApiLocation("a"), True),
        (ApiLocation("a"), ApiLocation("b"), False),
        (ApiLocation("a", ONE), ApiLocation("b", ONE), True),
        (ApiLocation("a", ONE), ApiLocation("a", OTHER), False),
        (ApiLocation("a", ONE), ApiLocation("a", UNKNOWN), True),
        (ApiLocation("a", ONE), ApiLocation("b", UNKNOWN), False),
    ],
)
def test_one_organization_is_known_by_its_id_else_by_its_url(
    left: ApiLocation, right: ApiLocation, same: bool
) -> None:
    assert (same, same) == (left.is_as(right), right.is_as(left))


def test_where_live_is_in_words() -> None:
    assert ["a", "a, One (1)"] == [str(ApiLocation("a")), str(ApiLocation("a", ONE))]
    assert "an unknown organization" == str(UNKNOWN)


def test_only_variables_that_are_named_have_names() -> None:
    assert ("ID", "SECRET") == Variables("ID", "SECRET").names
    assert ("TOKEN",) == Variables(access_token="TOKEN").names
    assert () == Variables().names


def test_a_whole_queue_is_ignored_or_some_kinds_of_its_rules() -> None:
    assert Ignore(("A*",)).covers("overflow")
    assert Ignore(("A*",), ("overflow", "delay")).covers("overflow")
    assert not Ignore(("A*",), ("delay",)).covers("overflow")


def test_the_url_of_a_webhook_is_shown_nowhere() -> None:
    hidden = "https://hooks.example.com/s3cret"
    assert "s3cret" not in repr(Settings(webhook=Webhook(hidden)))
    assert hidden == Webhook(hidden).url


def test_the_defaults_are_careful() -> None:
    assert Settings() == DEFAULTS
    safety = DEFAULTS.safety
    assert (30.0, 30.0, 10, ()) == (
        safety.max_change_percent,
        safety.max_delete_percent,
        safety.from_rules,
        safety.protected,
    )
    assert ("auto", 2, "") == (DEFAULTS.dialect, DEFAULTS.drift.alert_after, DEFAULTS.webhook.url)
