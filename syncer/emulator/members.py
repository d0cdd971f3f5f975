"""The handlers of what belongs to a queue but is no part of its PUT: members and wrap-up codes."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from math import ceil
from typing import Any

from syncer.emulator.audit_events import caller, member_events
from syncer.emulator.directory import Directory, find, first_members, reference
from syncer.emulator.documents import Document, read_entries, read_ids, read_object
from syncer.emulator.pages import asked_page, links, page_reply, searched
from syncer.emulator.rows import Row, Write
from syncer.emulator.store import MEMBERS as MEMBERSHIP
from syncer.emulator.store import Store
from syncer.emulator.visible import ALL, Visible
from syncer.emulator.wire import Call, Reply, Route, bad_request, json_reply, not_found

LARGEST_PAGE = 100
AT_ONCE = 100
RINGS = 6

MEMBERS = "members"
WRAPUP_CODES = "wrapupcodes"


class Members:
    """Reads and changes the members and the wrap-up codes of queues."""

    def __init__(self, store: Store, directory: Directory, seen: Visible = ALL) -> None:
        self._store = store
        self._directory = directory
        self._seen = seen

    def routes(self) -> tuple[Route, ...]:
        """The routes below ``/api/v2/routing/queues/{id}``."""
        queue = "/api/v2/routing/queues/{id}"
        return (
            Route(
                f"{queue}/members",
                {"GET": self.get, "POST": self.add_or_remove, "PATCH": self.join_or_leave},
            ),
            Route(f"{queue}/members/{{member}}", {"PATCH": self.patch, "DELETE": self.delete}),
            Route(f"{queue}/wrapupcodes", {"GET": self.wrapup_codes, "POST": self.add_wrapup_codes}),
            Route(f"{queue}/wrapupcodes/{{code}}", {"DELETE": self.delete_wrapup_code}),
        )

    def get(self, call: Call, queue_id: str) -> Reply:
        """``GET …/members``: as in the real API without a total; the last page is followed by empty ones."""
        row = self._row(queue_id, "view")
        members = self._members(row) if call.asked("memberBy", "") in ("", "user") else []
        joined = call.asked("joined", "").lower()
        shown = [self._shown(member) for member in members]
        found = [member for member in shown if joined in ("", str(member["joined"]).lower())]
        found.sort(key=lambda member: str(member["name"]).casefold())
        return self._page(call, found)

    def _page(self, call: Call, found: Sequence[Document]) -> Reply:
        page = asked_page(call, LARGEST_PAGE)
        near = links(call, page, last=max(1, ceil(len(found) / page.size)))
        near.pop("lastUri")  # this list alone has none
        about = {"pageSize": page.size, "pageNumber": page.number}
        return json_reply({"entities": page.cut(found), **about, **near})

    def add_or_remove(self, call: Call, queue_id: str) -> Reply:
        """``POST …/members?delete=``: users by id, to be added or, with ``delete``, removed."""
        ids = read_ids(call.body, most=AT_ONCE)
        if call.asked("delete", "false").lower() == "true":
            return self._remove(call, queue_id, ids)
        for user in ids:
            if find(self._directory.users, user) is None:
                raise bad_request(f"There is no user with the id {user}.")

        def added(members: list[Document]) -> list[Document]:
            there = {member["id"] for member in members}
            new = ({"id": user, "ringNumber": 1, "joined": True} for user in ids if user not in there)
            return [*members, *new]

        return self._change(call, queue_id, added)

    def join_or_leave(self, call: Call, queue_id: str) -> Reply:
        """``PATCH …/members``: of up to 100 members whether they have joined; who is none is passed over."""
        patches = {entry["id"]: _patch(entry) for entry in read_entries(call.body, most=AT_ONCE)}

        def patched(members: list[Document]) -> list[Document]:
            return [{**member, **patches.get(member["id"], {})} for member in members]

        self._change(call, queue_id, patched)
        members = self._members(self._store.get(queue_id))
        return self._page(call, [self._shown(member) for member in members if member["id"] in patches])

    def patch(self, call: Call, queue_id: str) -> Reply:
        """``PATCH …/members/{member}``: the ring of a member, and whether it has joined."""
        patch, user = _patch(read_object(call.body)), call.path[-1]

        def patched(members: list[Document]) -> list[Document]:
            if find(members, user) is None:
                raise not_found("The member")
            return [{**member, **patch} if member["id"] == user else member for member in members]

        return self._change(call, queue_id, patched)

    def delete(self, call: Call, queue_id: str) -> Reply:
        """``DELETE …/members/{member}``."""
        return self._remove(call, queue_id, [call.path[-1]])

    def wrapup_codes(self, call: Call, queue_id: str) -> Reply:
        """``GET …/wrapupcodes``."""
        self._row(queue_id, "view")
        ids = self._store.belongings(queue_id, WRAPUP_CODES) or []
        codes = [code for code in self._directory.wrapup_codes if code["id"] in ids]
        return page_reply(call, searched(call, codes))

    def add_wrapup_codes(self, call: Call, queue_id: str) -> Reply:
        """``POST …/wrapupcodes``: codes by id; answers with those codes."""
        ids = read_ids(call.body, most=AT_ONCE)
        codes = [code for code in self._directory.wrapup_codes if code["id"] in ids]
        if len(codes) < len(ids):
            raise bad_request("One of the wrap-up codes does not exist.")
        self._row(queue_id, "edit")
        self._store.keep(queue_id, WRAPUP_CODES, lambda old: list(dict.fromkeys((*(old or ()), *ids))))
        return json_reply(codes)

    def delete_wrapup_code(self, call: Call, queue_id: str) -> Reply:
        """``DELETE …/wrapupcodes/{code}``."""
        code = call.path[-1]
        self._row(queue_id, "edit")

        def rest(old: list[Any] | None) -> list[Any]:
            if code not in (old or ()):
                raise not_found("The wrap-up code")
            return [other for other in old or () if other != code]

        self._store.keep(queue_id, WRAPUP_CODES, rest)
        return Reply(HTTPStatus.NO_CONTENT)

    def _remove(self, call: Call, queue_id: str, ids: Sequence[str]) -> Reply:
        return self._change(
            call, queue_id, lambda members: [member for member in members if member["id"] not in ids]
        )

    def _change(self, call: Call, queue_id: str, change: Callable[[list[Document]], list[Document]]) -> Reply:
        """Change the members, and the counts that the queue itself shows, in one transaction."""

        def counted(row: Row) -> Document:
            self._seen.check(row.document, "edit")
            before = self._members(row)
            members = change(before)
            for action, moved in member_events(queue_id, before, members):
                self._store.audit(row, action, caller(call), [moved])
            self._store.keep(queue_id, MEMBERS, lambda _old: members)
            joined = sum(member["joined"] for member in members)
            counts = {
                "memberCount": len(members),
                "userMemberCount": len(members),
                "joinedMemberCount": joined,
            }
            return {**row.document, **counts}

        self._store.rewrite(queue_id, counted, Write(MEMBERSHIP, "client", call.correlation_id, caller(call)))
        return Reply(HTTPStatus.ACCEPTED)

    def _row(self, queue_id: str, verb: str) -> Row:
        row = self._store.get(queue_id)
        self._seen.check(row.document, verb)
        return row

    def _members(self, row: Row) -> list[Document]:
        kept = self._store.belongings(row.id, MEMBERS)
        return first_members(self._directory.users, row.document) if kept is None else kept

    def _shown(self, member: Document) -> Document:
        user = find(self._directory.users, member["id"])
        about = reference(user) if user else {"id": member["id"], "name": member["id"]}
        return {**member, "name": about["name"], "user": about, "memberBy": "user"}


def _patch(body: Document) -> Document:
    """What of a member is changed; 400 where that can't be."""
    patch = {name: body[name] for name in ("ringNumber", "joined") if body.get(name) is not None}
    ring, joined = patch.get("ringNumber", 1), patch.get("joined", True)
    if type(ring) is not int or not 1 <= ring <= RINGS or not isinstance(joined, bool):
        raise bad_request(f"ringNumber has to be from 1 to {RINGS}, and joined true or false.")
    return patch
