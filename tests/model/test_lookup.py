import pytest

from syncer.errors import WrongUsage
from syncer.model.lookup import did_you_mean, queues_meant

NAMES = {
    "1": "Billing Tier 1",
    "2": "Billing Tier 2",
    "3": "Sales",
    "4": "Sales",
    "5": "Sales Callback",
    "x-6": "Support [EU]",
}


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [
        ("Billing Tier 2", "2"),
        ("2", "2"),
        ("Sales", "34"),
        ("Billing*", "12"),
        ("*Tier 1", "1"),
        ("Sales C", "5"),
        ("sales c", "5"),
        ("Supp", "6"),
    ],
)
def test_a_name_an_id_a_glob_or_a_beginning_is_enough(wanted: str, meant: str) -> None:
    assert meant == "".join(id_[-1] for id_ in queues_meant(wanted, NAMES, "live"))


def test_a_name_with_a_bracket_means_itself() -> None:
    assert ("x-6",) == queues_meant("Support [EU]", NAMES, "live")


def test_the_beginning_of_several_names_is_refused_and_they_are_offered() -> None:
    with pytest.raises(WrongUsage) as error:
        queues_meant("Billing", NAMES, "live")
    assert "'Billing' is the start of 2 names" == error.value.message
    assert "They are 'Billing Tier 1', 'Billing Tier 2'" in error.value.hint


def test_of_many_names_the_first_are_offered() -> None:
    with pytest.raises(WrongUsage) as error:
        queues_meant("Q", {str(number): f"Q{number}" for number in range(9)}, "live")
    assert "'Q4' and 4 more" in error.value.hint


def test_near_names_are_offered_where_none_is_meant() -> None:
    with pytest.raises(WrongUsage) as error:
        queues_meant("Biling Tier 2", NAMES, "live")
    assert "live has no queue 'Biling Tier 2'" == error.value.message
    assert error.value.hint.startswith("Similar names: 'Billing Tier 2'")


def test_a_part_of_a_name_is_near_it() -> None:
    with pytest.raises(WrongUsage) as error:
        queues_meant("callback", NAMES, "live")
    assert "'Sales Callback'" in error.value.hint


def test_where_nothing_is_near_that_is_said() -> None:
    with pytest.raises(WrongUsage) as error:
        queues_meant("zzz", {}, "live")
    assert "No name is similar." in error.value.hint


def test_a_name_that_may_be_meant_is_put_behind_a_sentence() -> None:
    assert " Did you mean 'prod'?" == did_you_mean("prdo", ["staging", "prod"])
    assert " Did you mean 'a\\x1bbc'?" == did_you_mean("abc", ["a\x1bbc"])
    assert "" == did_you_mean("prod", ["prod", "x"])
