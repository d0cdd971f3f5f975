"""Where a record can be kept: a file, a URL, GitLab's package registry."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from syncer.app.record_places import FileStore, GitLabStore, UrlStore, store_of, stores_of
from syncer.app.record_reading import LARGEST, Found
from syncer.audit.record import Version
from syncer.errors import ConfigError, SyncerError, WrongUsage
from syncer.model.settings import ApiLocation, Organization
from tests import loopback
from tests.stand_in import TOKEN, StandIn, gitlab

HERE = ApiLocation("https://api.example.com", Organization("org-1", "Org"))
MARK = Version(3, "20260301T090000Z-abc123")
BEARER = "a-token-of-the-store"


def test_a_word_a_url_and_a_path_name_stores(tmp_path: Path) -> None:
    where = {"CI_API_V4_URL": "https://gitlab.example.com/api/v4", "CI_PROJECT_ID": "42", "CI_JOB_TOKEN": "t"}
    assert isinstance(store_of("gitlab", HERE, "", where), GitLabStore)
    assert isinstance(store_of("https://example.com/r", HERE, "", {}), UrlStore)
    assert FileStore(tmp_path / "record.json") == store_of(str(tmp_path / "record.json"), HERE, "", {})


def test_a_file_is_replaced_whole_where_nobody_else_did(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "record.json")
    assert Found() == store.read()
    assert store.write(b"one", MARK, Found())
    found = store.read()
    assert (b"one", str(tmp_path / "record.json")) == (found.content, store.name)
    assert not store.write(b"late", MARK, Found())
    assert store.write(b"two", MARK, found)
    assert b"two" == store.read().content
    assert {"record.json", "record.json.lock"} >= {path.name for path in tmp_path.iterdir()}


def test_a_file_that_is_none_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SyncerError, match="can't be read: Is a directory"):
        FileStore(tmp_path).read()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(SyncerError, match="isn't a regular file"):
        FileStore(pipe).write(b"", MARK, Found())
    with pytest.raises(SyncerError, match="there is no folder"):
        FileStore(tmp_path / "not" / "there").write(b"", MARK, Found())
    with pytest.raises(SyncerError, match="can't be read"):
        FileStore(Path("nul\0")).read()
    monkeypatch.setattr("syncer.app.record_places._PATIENCE", 0.01)
    with FileLock(tmp_path / "held.lock"), pytest.raises(SyncerError, match="another run holds its lock"):
        FileStore(tmp_path / "held").write(b"", MARK, Found())


class Shelf(loopback.Handler):
    """A file behind GET and PUT, with an ETag where it is asked for."""

    server: "ShelfServer"

    def respond(self) -> None:
        headers, body = self.headers_and_body()
        shelf = self.server
        shelf.asked.append((self.command, headers))
        if shelf.status or headers.get("authorization") != f"Bearer {BEARER}":
            self._send(shelf.status or 401)
        elif self.command == "GET":
            self._send(404 if shelf.content is None else 200, shelf.content or b"")
        elif shelf.tags and "if-match" in headers and headers["if-match"] != shelf.tag:
            self._send(412)
        else:
            shelf.content, shelf.writes = body, shelf.writes + 1
            self._send(204)

    def _send(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        if self.server.tags and status == 200:
            self.send_header("ETag", self.server.tag)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class ShelfServer(loopback.Server):
    def __init__(self) -> None:
        super().__init__(Shelf)
        self.content: bytes | None = None
        self.writes, self.status, self.tags = 0, 0, True
        self.asked: list[tuple[str, dict[str, str]]] = []

    @property
    def tag(self) -> str:
        return f'"{self.writes}"'


@pytest.fixture
def shelf() -> Iterator[ShelfServer]:
    with loopback.running(ShelfServer()) as running:
        yield running


def at(shelf: ShelfServer, token: str = BEARER) -> UrlStore:
    return UrlStore.of(f"{shelf.url}/secret-path", {"SYNCER_RECORD_TOKEN": token})


def test_a_url_is_read_and_written_with_its_etag(shelf: ShelfServer) -> None:
    store = at(shelf)
    assert Found() == store.read()
    assert store.write(b"one", MARK, Found())
    found = store.read()
    assert Found(b"one", '"1"') == found
    shelf.writes = 5
    assert not store.write(b"late", MARK, found)
    assert store.write(b"two", MARK, store.read())
    assert b"two" == shelf.content
    assert "the store at 127.0.0.1" == store.name


def test_a_server_without_etags_will_do(shelf: ShelfServer) -> None:
    shelf.tags, shelf.content = False, b"one"
    assert at(shelf).write(b"two", MARK, at(shelf).read())
    assert "if-match" not in shelf.asked[-1][1]


@pytest.mark.parametrize("status", [302, 400, 403, 500])
def test_other_answers_are_errors_without_secrets(shelf: ShelfServer, status: int) -> None:
    shelf.status = status
    for ask in (at(shelf).read, lambda: at(shelf).write(b"", MARK, Found())):
        with pytest.raises(SyncerError, match=str(status)) as caught:
            ask()
        assert BEARER not in str(caught.value)
        assert "secret-path" not in str(caught.value)


def test_a_token_that_is_refused_is_named_by_its_variable(shelf: ShelfServer) -> None:
    with pytest.raises(SyncerError, match="SYNCER_RECORD_TOKEN is not set or lacks the permission"):
        at(shelf, "").read()
    assert "authorization" not in shelf.asked[-1][1]


def test_an_answer_that_is_too_large_is_an_error(shelf: ShelfServer) -> None:
    shelf.content = bytes(LARGEST + 1)
    with pytest.raises(SyncerError, match="larger than"):
        at(shelf).read()


def test_nobody_there_is_an_error() -> None:
    with pytest.raises(SyncerError):
        UrlStore.of(loopback.CLOSED, {}).read()


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/x",
        "https://user:hidden@example.com/x",
        "https://example.com/x?signature=hidden",
        "https://example.com/x#hidden",
        "ftp://example.com/x",
        "https://",
        "https://[",
        "https://example.com:x/",
        "https://example.com/a b",
    ],
)
def test_a_url_that_can_not_be_used_is_wrong_usage_and_not_repeated(url: str) -> None:
    with pytest.raises(WrongUsage, match="the URL of the record") as caught:
        store_of(url, HERE, "", {})
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("token", ["two words", "tök", "a\nb"])
def test_a_token_that_is_none_is_not_shown(token: str) -> None:
    with pytest.raises(ConfigError, match="SYNCER_RECORD_TOKEN contains") as caught:
        UrlStore.of("https://example.com/x", {"SYNCER_RECORD_TOKEN": token})
    assert token not in str(caught.value)


@pytest.fixture
def hub_server() -> Iterator[StandIn]:
    with gitlab() as running:
        yield running


def of_gitlab(server: StandIn, environment: str = "", **tokens: str) -> GitLabStore:
    where = {"CI_API_V4_URL": server.api, "CI_PROJECT_ID": "42", **tokens}
    return GitLabStore.of(HERE, environment, where)


def test_gitlab_keeps_a_version_a_record(hub_server: StandIn) -> None:
    store = of_gitlab(hub_server, CI_JOB_TOKEN=hub_server.hub.registry.job_token)
    assert Found() == store.read()
    assert store.write(b"one", MARK, Found())
    assert store.write(b"two", Version(4, MARK.run), Found())
    assert Found(b"two", f"4.{MARK.run}") == store.read()
    assert "GitLab's package registry (syncer-record.org-1)" == store.name


def test_outside_of_a_job_the_token_of_the_project_is_used(hub_server: StandIn) -> None:
    assert of_gitlab(hub_server, SYNCER_GITLAB_TOKEN=TOKEN).write(b"one", MARK, Found())
    job = of_gitlab(hub_server, SYNCER_GITLAB_TOKEN="another", CI_JOB_TOKEN=hub_server.hub.registry.job_token)
    assert b"one" == job.read().content
    with pytest.raises(ConfigError, match="SYNCER_GITLAB_TOKEN is not set"):
        of_gitlab(hub_server)


def test_environments_have_packages_of_their_own_whatever_they_are_called(hub_server: StandIn) -> None:
    names = ["", "production/eu", "production_eu", "production.eu", "Ö"]
    stores = [of_gitlab(hub_server, name, SYNCER_GITLAB_TOKEN=TOKEN) for name in names]
    for number, store in enumerate(stores):
        store.write(str(number).encode(), MARK, Found())
    assert [str(number).encode() for number in range(5)] == [store.read().content for store in stores]
    assert "syncer-record.org-1.production_2f_eu" == stores[1].package
    unknown = GitLabStore.of(
        ApiLocation("https://api.example.com"),
        "",
        {"CI_API_V4_URL": hub_server.api, "CI_PROJECT_ID": "42", "CI_JOB_TOKEN": "t"},
    )
    assert "syncer-record.https_3a__2f__2f_api_2e_example_2e_com" == unknown.package


def test_the_records_of_all_organizations_are_found_by_their_environment() -> None:
    with gitlab() as server:
        environ = {"CI_API_V4_URL": server.api, "CI_PROJECT_ID": "42", "SYNCER_GITLAB_TOKEN": TOKEN}
        names = ("syncer-record.a", "syncer-record.a.prod", "syncer-record.b.prod", "a-syncer-record.c.prod")
        for name in names:
            server.hub.registry.files[name, "1.run"] = name.encode()
        for environment, expected in (("prod", names[1:3]), ("", names[:1]), ("test", ())):
            stores = stores_of("gitlab", environment, environ)
            assert [name.encode() for name in expected] == [store.read().content for store in stores]
    assert [FileStore(Path("record.json"))] == stores_of("record.json", "prod", {})
