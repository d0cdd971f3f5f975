from syncer.model.finding import kind, place, shown


def test_places_read_like_words() -> None:
    assert [place(()), place(("queues", 2)), place(("queues", 2, "queue"))] == [
        "the file",
        "item 3 of queues",
        "queue",
    ]


def test_values_stay_short_and_on_one_line() -> None:
    assert shown("a\nb") == r"'a\nb'"
    assert shown("x" * 100) == f"'{'x' * 59}…'"
    assert [shown([]), shown([1]), shown({}), shown({"a": 1}), shown(None), shown(True), shown(1.5)] == [
        "an empty list",
        "a list of 1",
        "an empty mapping",
        "a mapping of 1",
        "empty",
        "true",
        "1.5",
    ]
    assert [kind(None), kind(True), kind([]), kind(object())] == ["empty", "a boolean", "a list", "a value"]
