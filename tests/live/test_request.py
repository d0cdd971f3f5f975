import pytest

from syncer.errors import ApiError, BadAnswer, NoAnswer
from syncer.live.request import Request, passes, query
from syncer.live.rights import AUDITS, EDIT, VIEW
from tests.live.clients import client, sent
from tests.scripted_server import answer


def test_what_changes_nothing_may_be_asked_again() -> None:
    asked = query("/api/v2/audits/query/realtime", {"interval": "a/b"}, AUDITS)
    assert (True, True) == (asked.reads, asked.repeatable)
    assert (b'{"interval": "a/b"}', "POST") == (asked.content, asked.method)
    assert "POST /api/v2/audits/query/realtime" == str(asked)


def test_a_write_is_repeatable_only_where_its_etag_guards_it() -> None:
    plain, guarded = (Request("PUT", "/q", "/q", EDIT, b"{}", headers) for headers in ({}, {"If-Match": "1"}))
    assert [(False, False), (False, True)] == [(each.reads, each.repeatable) for each in (plain, guarded)]


def test_the_verdict_on_a_write_that_may_have_happened_is_that_nobody_knows() -> None:
    trouble, odd = ApiError("503", status=503), BadAnswer("odd")
    write, read = Request("PUT", "/q", "/q", EDIT), Request("GET", "/q", "/q", VIEW)
    assert [NoAnswer, NoAnswer] == [type(write.verdict(error)) for error in (trouble, odd)]
    assert [trouble, odd] == [read.verdict(error) for error in (trouble, odd)]


@pytest.mark.parametrize(("status", "expected"), [(408, True), (500, True), (503, True), (404, False)])
def test_which_trouble_passes(status: int, expected: bool) -> None:
    assert expected is passes(status)


def test_a_query_is_sent_again_after_trouble_on_the_way() -> None:
    with client(answer({}, status=503), answer({"entities": []})) as (made, server):
        found = made.exchange.answer(query("/api/v2/audits/query/realtime", {}, AUDITS))
        assert {"entities": []} == found.body
        assert ["POST", "POST"] == [seen.method for seen in sent(server)]
