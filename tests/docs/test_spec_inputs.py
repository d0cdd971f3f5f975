"""The rules of ``spec: inputs``: what GitLab refuses, the tests' own resolver refuses too."""

from typing import Any

import pytest

from tests.spec_inputs import BadInputs, inputs_of, resolve

COMPONENT = """\
spec:
  inputs:
    name:
    size: {type: number, default: 3, options: [3, 5]}
    deep: {type: boolean, default: false}
    paths: {type: array, default: [a, "b c"]}
    short: {default: ab, regex: "^[a-z]{2}$"}
---
job-$[[ inputs.name ]]:
  script:
    - echo $[[inputs.size]] $[[ inputs.deep ]] "$[[ inputs.short ]]" '$[ x ]' $NAME
  rules: [{changes: $[[ inputs.paths ]]}]
"""


def test_inputs_are_put_in() -> None:
    text = resolve(COMPONENT, {"name": "x", "size": 5, "short": "cd"})
    assert "job-x:" in text
    assert """echo 5 false "cd" '$[ x ]' $NAME""" in text
    assert '{changes: ["a", "b c"]}' in text


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "`name` input: required value has not been provided"),
        ({"name": "x", "other": "y"}, "unknown input arguments: other"),
        ({"name": 7}, "`name` input: provided value is not a string"),
        ({"name": "x", "size": "5"}, "`size` input: provided value is not a number"),
        ({"name": "x", "size": True}, "`size` input: provided value is not a number"),
        ({"name": "x", "size": 4}, "`size` input: `4` cannot be used"),
        ({"name": "x", "deep": "true"}, "`deep` input: provided value is not a boolean"),
        ({"name": "x", "paths": "a"}, "`paths` input: provided value is not a array"),
        ({"name": "x", "short": "abc"}, "`short` input: provided value does not match"),
        ({"name": "x", "short": "ab\n"}, "`short` input: provided value does not match"),
        ({"name": "x: ["}, "no YAML any more"),
    ],
)
def test_invalid_values_create_no_pipeline(given: dict[str, Any], why: str) -> None:
    with pytest.raises(BadInputs, match=why):
        resolve(COMPONENT, given)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("inputs.size]]", "inputs.sizes]]"), "unknown interpolation key: `inputs.sizes`"),
        (("inputs.size]]", "variables.X]]"), "unknown interpolation key: `variables.X`"),
        (("inputs.size]]", "inputs.size | truncate(0,1)]]"), "unknown interpolation key"),
        (("default: ab, regex", "default: abc, regex"), "`short` input: provided value does not match"),
        (("default: 3, options", "default: 4, options"), "`size` input: `4` cannot be used"),
        (("type: number, default: 3", "type: number, regex: 3, default: 3"), "only be used with string"),
        (("^[a-z]{2}$", "^(?=a)[a-z]{2}$"), "invalid regular expression"),
        (("type: number", "kind: number"), "unknown keys: kind"),
        (("type: number", "type: integer"), "`size` input type unknown"),
        (("\n---\n", "\n"), "a component is a header"),
        (("default: ab", "default: $[[ inputs.name ]]"), "a component is a header"),
    ],
)
def test_an_invalid_component_creates_no_pipeline(change: tuple[str, str], why: str) -> None:
    text = COMPONENT.replace(*change)
    assert text != COMPONENT
    with pytest.raises(BadInputs, match=why):
        resolve(text, {"name": "x"})


def test_jobs_are_required() -> None:
    with pytest.raises(BadInputs, match="there are no jobs"):
        resolve("spec: {}\n---\n[]\n", {})


def test_a_header_may_have_no_inputs() -> None:
    assert {} == inputs_of("spec:\n---\na: {}\n")
