import pytest

from syncer.report.html.legend import OF_DRIFT, OF_NETWORK, OF_PLAN, OF_RUN, Legend
from syncer.report.picture.model import BECAME_SIGNS
from tests.report.html.pages import Page


def items(legend: Legend) -> list[str]:
    return [each.text.strip() for each in Page("".join(legend.as_html())).all("li")]


@pytest.mark.parametrize("legend", [OF_PLAN, OF_NETWORK, OF_RUN, OF_DRIFT])
def test_each_line_has_its_words(legend: Legend) -> None:
    assert [*(words for _, words in legend.lines), *legend.signs] == items(legend)


def test_every_sign_of_a_run_is_explained() -> None:
    said = {words[0] for words in items(OF_RUN)}
    assert set(BECAME_SIGNS.values()) <= said
