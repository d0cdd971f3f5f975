"""Which queues a search finds."""

import pytest

from tests.emulator.emulator_api import LIST, logged_in, names, queue


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("name=Support", ["Support"]),
        ("name=support", ["Support"]),
        ("name=Sup*", ["Sup_x", "Support"]),
        ("name=*ort", ["Support"]),
        ("name=*p*", ["Sup_x", "Support"]),
        ("name=*", ["50%", "Sup_x", "Support", "Ärger"]),
        ("name=Sup_*", ["Sup_x"]),
        ("name=%25*", []),
        ("name=*%25", ["50%"]),
        ("name=%C3%A4RGER", ["Ärger"]),
        ("id=50%25&id=support&id=none", ["50%", "Support"]),
        ("id=&name=&sortOrder=&divisionId=&hasPeer=false", ["50%", "Sup_x", "Support", "Ärger"]),
        ("id=support,none", ["Support"]),
        ("divisionId=d1", ["Sup_x"]),
        ("sortOrder=desc", ["Ärger", "Support", "Sup_x", "50%"]),
        ("pageNumber=9", []),
        ("pageSize=2&pageNumber=2", ["Support", "Ärger"]),
    ],
)
def test_a_search_finds(search: str, found: list[str]) -> None:
    with logged_in(
        [queue("Support"), queue("Sup_x", division={"id": "d1"}), queue("50%"), queue("Ärger")]
    ) as api:
        assert found == names(api.json(f"{LIST}?{search}"))
