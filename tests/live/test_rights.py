"""What a client needs, in the words of the API that answers."""

import pytest

from syncer.errors import Forbidden
from syncer.kinds.registry import GENESYS_CLOUD, MIXED, OVERFLOW_RULES
from syncer.live.client import connect
from syncer.live.region import Endpoints
from syncer.live.rights import AUDITS, EDIT, GROUPS, VIEW
from syncer.model.rule import Dialect
from tests.live.clients import CLIENT, SETTINGS, client
from tests.scripted_server import FakeTime, answer, serving, token_answer

BY_ROLE = "the permission routing:queue:edit, in a role that covers the division of the queue"
BY_SCOPE = "the scope routing:queue:write, and a role with that permission"
BOTH = f"{BY_ROLE}; at a gateway of its own form {BY_SCOPE}"


@pytest.mark.parametrize(
    ("form", "words"), [(GENESYS_CLOUD, BY_ROLE), (OVERFLOW_RULES, BY_SCOPE), (MIXED, BOTH), (None, BOTH)]
)
def test_genesys_cloud_has_permissions_and_divisions_and_a_gateway_scopes(
    form: Dialect | None, words: str
) -> None:
    assert words == EDIT.in_words(form)


def test_what_needs_no_permission_needs_a_role() -> None:
    assert "a role" == GROUPS.in_words(GENESYS_CLOUD)
    assert "the scope groups:readonly" == GROUPS.in_words(OVERFLOW_RULES)


def test_at_a_gateway_the_permission_is_named_where_the_scope_is_none() -> None:
    words = "the scope audits:readonly, and a role with the permission audits:audit:view"
    assert words == AUDITS.in_words(OVERFLOW_RULES)


@pytest.mark.parametrize(
    ("queue", "form"),
    [
        ({"_etag": "1"}, OVERFLOW_RULES),
        ({"directRouting": {"backupQueueId": "q"}}, GENESYS_CLOUD),
        ({}, MIXED),
        ({"routingRules": 7}, None),
    ],
)
def test_a_refusal_speaks_as_the_queues_that_were_listed(queue: dict[str, object], form: Dialect) -> None:
    page = answer({"entities": [{"id": "q", "name": "Q", **queue}], "pageCount": 1, "total": 1})
    with client(page, answer(status=403)) as (made, _):
        made.list_queues(dict)
        with pytest.raises(Forbidden) as refused:
            made.get_queue("q")
    assert f"The client needs {VIEW.in_words(form)}." == refused.value.hint


def test_a_region_never_speaks_of_scopes() -> None:
    with serving(lambda seen: token_answer() if seen.method == "POST" else answer(status=403)) as server:
        where = Endpoints(server.url, server.url, gateway=False)
        with connect(where, CLIENT, write=True, settings=SETTINGS, timing=FakeTime().timing) as made:
            for call in (lambda: made.list_queues(dict), made.list_groups, made.get_organization):
                with pytest.raises(Forbidden) as refused:
                    call()
                assert "scope" not in refused.value.hint
