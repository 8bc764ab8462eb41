"""A provider's arguments, its account and its roles."""

import json
from typing import Any

import pytest
from moto import mock_aws

from lab.errors import LabError
from lab.plugins.aws.plugin import AwsPlugin
from lab.plugins.aws.settings import flaws, settings

ROLE = "arn:aws:iam::222222222222:role/deployer"


def test_nested_arguments_are_read_from_their_json_text() -> None:
    args = {
        "region": "eu-west-1",
        "allowedAccountIds": '["111111111111"]',
        "assumeRoles": json.dumps([{"roleArn": ROLE, "sessionName": "me"}]),
        "defaultTags": '{"tags": {"a": "b"}}',
        "skipRegionValidation": "true",
    }
    found = settings(args)
    assert (flaws(args), found.allowed_accounts, found.roles[0].arn, found.default_tags) == (
        [],
        ["111111111111"],
        ROLE,
        {"a": "b"},
    )


@pytest.mark.parametrize(
    ("args", "path"),
    [
        ({"profile": "me"}, "profile"),
        ({"assumeRoles": '[{"role_arn": "x"}]'}, "assumeRoles[0].role_arn"),
        ({"assumeRoles": "not json"}, "assumeRoles"),
    ],
)
def test_a_wrong_argument_is_named(args: dict[str, Any], path: str) -> None:
    assert path in dict(flaws(args))


def test_a_provider_without_a_region_is_refused() -> None:
    with pytest.raises(LabError, match="no region"):
        settings({})


@mock_aws
def test_a_wrong_account_is_refused_with_both_named(credentials: None) -> None:
    del credentials
    with pytest.raises(LabError, match=r"account 123456789012.* has only 999999999999"):
        AwsPlugin().configure({"region": "eu-west-1", "allowedAccountIds": '["999999999999"]'})


@mock_aws
def test_an_assumed_role_decides_the_account(credentials: None) -> None:
    del credentials
    plugin = AwsPlugin()
    plugin.configure(
        {
            "region": "eu-west-1",
            "allowedAccountIds": '["222222222222"]',
            "assumeRoles": json.dumps([{"roleArn": ROLE}]),
        }
    )
    assert plugin.account.identity["Arn"].startswith(
        "arn:aws:sts::222222222222:assumed-role/deployer/"
    )


def test_an_endpoint_that_does_not_answer_is_one_line_with_a_remedy(
    credentials: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    del credentials
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(LabError, match=r"calling http://127.0.0.1:1: .*Is the lab up\?$"):
        AwsPlugin().configure({"region": "eu-west-1", "allowedAccountIds": '["1"]'})
