from syncer.kinds.metrics import METRIC_BOUNDS, bounds_schema


def test_each_metric_has_the_bound_of_the_api() -> None:
    assert {"EstimatedWaitTime": 259200, "ServiceLevel": 100} == dict(METRIC_BOUNDS)


def test_a_bound_below_the_largest_is_a_condition_of_the_schema() -> None:
    assert {
        "allOf": [
            {
                "if": {"properties": {"m": {"const": "ServiceLevel"}}, "required": ["m"]},
                "then": {"properties": {"v": {"maximum": 100}}},
            }
        ]
    } == bounds_schema("m", "v")
