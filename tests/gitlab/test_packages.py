"""A file in the package registry: a version each time, the newest is read."""

from collections.abc import Iterator

import pytest

from syncer.errors import ConfigError, SyncerError
from syncer.gitlab.packages import Packages
from syncer.gitlab.place import Project
from tests import loopback
from tests.stand_in import OTHERS_TOKEN, TOKEN, StandIn, gitlab


@pytest.fixture
def server() -> Iterator[StandIn]:
    with gitlab() as running:
        yield running


def packages(server: StandIn, token: str = TOKEN, *, job: bool = False, project: str = "42") -> Packages:
    return Packages(Project(server.url, project), token, job=job)


@pytest.mark.parametrize("project", ["42", "team/queues"])
def test_what_was_added_last_is_the_newest(server: StandIn, project: str) -> None:
    with packages(server, project=project) as registry:
        assert None is registry.newest("record")
        registry.add("record", 9, "run-b", b"nine")
        registry.add("record", 10, "run-a", b"ten")
        assert "10.run-a" == registry.newest("record")
        assert "9.run-b" == registry.newest("record", below="10.run-a")
        assert None is registry.newest("record", below="9.run-b")
        assert b"ten" == registry.content("record", "10.run-a", 100)


def test_of_two_runs_at_once_the_later_one_is_the_newer(server: StandIn) -> None:
    with packages(server) as registry:
        registry.add("record", 3, "20260301T090000Z-b", b"late")
        registry.add("record", 3, "20260301T080000Z-a", b"early")
        assert "3.20260301T090000Z-b" == registry.newest("record")


def test_a_job_writes_with_its_own_token(server: StandIn) -> None:
    with packages(server, server.hub.registry.job_token, job=True) as registry:
        registry.add("record", 1, "run", b"one")
        assert b"one" == registry.content("record", "1.run", 100)
    with packages(server, "another", job=True) as registry, pytest.raises(ConfigError, match="401"):
        registry.newest("record")


def test_names_that_contain_it_and_versions_of_others_are_passed_over(server: StandIn) -> None:
    server.hub.registry.files |= {
        ("record", "2.run"): b"two",
        ("record", "latest"): b"?",
        ("record", f"{'9' * 13}.run"): b"?",
        ("record.prod", "7.run"): b"another",
    }
    with packages(server) as registry:
        assert "2.run" == registry.newest("record")


def test_packages_are_found_by_a_part_of_their_names(server: StandIn) -> None:
    for name in ("b-record.x", "record.a", "other"):
        server.hub.registry.files[name, "1.run"] = b""
    with packages(server) as found:
        assert ["b-record.x", "record.a"] == found.names("record.")


def test_pages_are_followed(server: StandIn) -> None:
    server.hub.most_per_page = 2
    with packages(server) as registry:
        registry.add("record", 1, "run", b"one")
        for number in range(4):
            registry.add("record.other", number, "run", b"other")
        assert "1.run" == registry.newest("record")


def test_a_file_is_read_as_far_as_is_asked_for(server: StandIn) -> None:
    with packages(server) as registry:
        registry.add("record", 1, "run", bytes(300_000))
        assert 1001 == len(registry.content("record", "1.run", 1000))


def test_what_is_refused_is_an_error(server: StandIn) -> None:
    with packages(server) as registry:
        registry.add("record", 1, "run", b"one")
        with pytest.raises(ConfigError, match="may not use the package registry"):
            registry.add("record", 1, "run", b"again")
        with pytest.raises(ConfigError, match="no such package"):
            registry.content("record", "2.run", 10)
    with packages(server, OTHERS_TOKEN + "x") as registry, pytest.raises(ConfigError, match="refused"):
        registry.content("record", "1.run", 10)


@pytest.mark.parametrize(
    "answer", [b"{}", b'[{"id": 1}]', b'[{"id": "1", "name": "a", "version": "1"}]', b"<"]
)
def test_a_list_that_is_none_of_gitlabs(server: StandIn, answer: bytes) -> None:
    server.hub.nonsense["packages"] = answer
    with packages(server) as registry, pytest.raises(SyncerError, match="not GitLab's API"):
        registry.newest("record")


class Storage(loopback.Handler):
    """Where GitLab keeps files: it notes the headers that it is asked with."""

    status, seen = 200, dict[str, str]()

    def respond(self) -> None:
        headers, _ = self.headers_and_body()
        type(self).seen = headers
        self.send_response(self.status)
        self.send_header("Content-Length", "6")
        self.end_headers()
        self.wfile.write(b"stored")


def test_a_file_that_is_kept_elsewhere_is_fetched_without_the_token(server: StandIn) -> None:
    class Kept(Storage):
        pass

    with loopback.running(loopback.Server(Kept)) as storage, packages(server) as registry:
        server.hub.registry.elsewhere = f"{storage.url}/bucket/record.json?signature=x"
        assert b"stored" == registry.content("record", "1.run", 100)
        assert {"private-token", "job-token", "authorization"}.isdisjoint(Kept.seen)
        Kept.status = 403
        with pytest.raises(SyncerError, match="storage of GitLab answered 403"):
            registry.content("record", "1.run", 100)


@pytest.mark.parametrize("where", ["http://evil.example/x", "file:///etc/passwd", "https://[", "https:///x"])
def test_a_redirect_to_anywhere_else_is_not_followed(server: StandIn, where: str) -> None:
    server.hub.registry.elsewhere = where
    with packages(server) as registry, pytest.raises(SyncerError, match="redirect that leads"):
        registry.content("record", "1.run", 100)


def test_a_gitlab_that_is_gone_is_said() -> None:
    registry = Packages(Project(loopback.CLOSED, "42"), TOKEN)
    with registry, pytest.raises(SyncerError, match="gave no answer"):
        registry.content("record", "1.run", 100)
