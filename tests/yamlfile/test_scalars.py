import pytest

from syncer.yamlfile.scalars import NumberError, Scalar, resolve, resolve_tagged


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("nULL", "nULL"),
        ("true", True),
        ("FALSE", False),
        ("yes", "yes"),
        ("No", "No"),
        ("on", "on"),
        ("12:30:00", "12:30:00"),
        ("2026-01-01", "2026-01-01"),
        ("010", 10),
        ("-7", -7),
        ("+7", 7),
        ("-0", 0),
        ("0o17", 15),
        ("0x1F", 31),
        ("0x", "0x"),
        ("1_000", "1_000"),
        ("1.", 1.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("-1.5E-1", -0.15),
        (".", "."),
        ("-", "-"),
        ("1.2.3", "1.2.3"),
        ("٣", "٣"),
        (".infinite", ".infinite"),
    ],
)
def test_plain_scalars_follow_the_core_schema(text: str, value: Scalar) -> None:
    assert (type(value), value) == (type(resolve(text)), resolve(text))


@pytest.mark.parametrize(
    "text", [".inf", "-.INF", ".nan", "1e999", "9" * 5000, "0x" + "f" * 5000, "9" * 400 + ".5"]
)
def test_numbers_that_are_none_raise(text: str) -> None:
    with pytest.raises(NumberError):
        resolve(text)


@pytest.mark.parametrize(
    ("text", "tag", "value"),
    [("5", "str", "5"), ("5", "float", 5.0), ("5", "int", 5), ("true", "bool", True), ("", "null", None)],
)
def test_standard_tags(text: str, tag: str, value: Scalar) -> None:
    found = resolve_tagged(text, f"tag:yaml.org,2002:{tag}")
    assert (type(value), value) == (type(found), found)


def test_a_value_that_does_not_fit_its_tag() -> None:
    with pytest.raises(ValueError, match="five"):
        resolve_tagged("five", "tag:yaml.org,2002:int")
