import pytest

from syncer.model.globs import fits


@pytest.mark.parametrize(
    ("name", "glob"),
    [
        ("Sales EU", "Sales *"),
        ("Sales E", "Sales [EU]"),
        ("Sales [EU]", "Sales [EU]"),
        ("Sales [EU]", "Sales [[]EU]"),
        ("Who?", "Who?"),
        ("[", "["),
    ],
)
def test_names_that_fit(name: str, glob: str) -> None:
    assert fits(name, ("Nobody", glob))


@pytest.mark.parametrize(
    ("name", "glob"),
    [("sales", "Sales"), ("Sales EU", "Sales [EU]"), ("Sales", "Sale"), ("Sales", "[Sales]")],
)
def test_names_that_do_not_fit(name: str, glob: str) -> None:
    assert not fits(name, (glob,))
