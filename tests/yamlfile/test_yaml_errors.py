from yaml import MarkedYAMLError

from syncer.yamlfile.yaml_errors import explain


def test_what_is_not_known_is_told_in_the_words_of_the_parser() -> None:
    problem = MarkedYAMLError("while scanning a thing", None, "found a surprise")
    (finding,) = explain("p.yaml", problem, ("a: b",), None)
    assert finding.message == "not valid YAML: while scanning a thing, found a surprise"
    assert str(finding.position) == "p.yaml:1:1"
