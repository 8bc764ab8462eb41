"""Reading teams' files and the platform's policy: what is taken, and how mistakes are told."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components import strict_yaml, team_files, team_rules
from components.strict_yaml import YamlRefusedError
from components.team_files import Context, PolicyError, TeamRefusedError
from tests.unit.components.teams import PEOPLE, POLICY, content, folder

SHOP = Context(policy=POLICY, team="shop", teams=frozenset({"shop"}))


def refused(tmp_path: Path, text: str) -> str:
    path = tmp_path / "team.yaml"
    path.write_text(text)
    with pytest.raises(YamlRefusedError) as error:
        strict_yaml.load(path)
    return str(error.value)


def refusal(value: Any) -> list[str]:
    """What is said of it; nothing where it is a team."""
    try:
        team_files.parse(value, SHOP)
    except TeamRefusedError as error:
        return error.lines
    return []


def lines(value: Any) -> list[str]:
    found = refusal(value)
    assert found
    return found


def test_the_committed_teams_and_policy_are_right() -> None:
    found = team_files.read(team_files.policy())
    assert found.mistakes == {}
    assert found.teams


def test_what_is_argo_cds_is_passed_over() -> None:
    team = team_files.parse(content("shop"), SHOP)
    assert team.environments["dev"].access.edit == [PEOPLE]


def test_no_actions_of_the_committed_policy_make_or_open_anything() -> None:
    """What holds data, who may reach it and who may take a role is not a workload's business."""
    verbs = ("Create", "Update", "Delete", "PutBucket", "PutKey", "PutRole", "Tag", "Set", "Add")
    allowed = {"DeleteItem", "DeleteMessage", "DeleteObject", "UpdateItem"}
    actions = {action.partition(":")[2] for action in team_files.workload_actions()}
    assert {action for action in actions if action.startswith(verbs)} == allowed


def test_all_mistakes_of_a_file_are_told_at_once_each_with_its_place() -> None:
    wrong = content("shop", edit=["ann"], actions=["s3:*"], resources=["*"])
    assert lines(wrong) == [
        "environments.dev.access.edit[0]: 'ann': is not the ARN of a role; "
        "write arn:aws:iam::<account>:role/<path/name>",
        "environments.dev.workloadRoles.web.allow[0].actions[0]: 's3:*': is no single action; "
        "write one as s3:GetObject, without wildcards",
        "environments.dev.workloadRoles.web.allow[0].resources[0]: '*': is not an ARN; "
        "write arn:aws:sqs:{region}:{account}:<team>-<name>",
    ]


def test_a_file_under_another_teams_folder_is_refused() -> None:
    assert lines(content("shop") | {"team": "payments"}) == [
        "team: 'payments' is not the folder's name; write that"
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"access": {"admin": []}}, "environments.dev.access.admin: unknown key"),
        ({"access": {"edit": PEOPLE}}, "environments.dev.access.edit: 'arn:aws"),
        ({"access": {"edit": [PEOPLE, PEOPLE]}}, "environments.dev.access.edit: ['arn:aws"),
        ({"clusters": {}}, "environments.dev.clusters: {}: Dictionary should have at least 1"),
        ({"workloadRoles": {"a/b": {}}}, "environments.dev.workloadRoles.a/b: 'a/b': is not val"),
        ({"workloadRoles": {"web": {}}}, "environments.dev.workloadRoles.web.allow: is missing"),
    ],
)
def test_a_wrong_form_is_told_with_its_place(change: dict[str, Any], said: str) -> None:
    wrong = content("shop")
    wrong["environments"]["dev"] |= change
    assert lines(wrong)[0].startswith(said)


def test_a_role_that_iam_would_not_take_is_refused() -> None:
    arns = [f"arn:aws:s3:::shop-{number:0100}" for number in range(80)]
    found = lines(content("shop", actions=["s3:GetObject"], resources=arns))
    assert "is too long for IAM by" in found[0]


def test_a_wrong_file_is_told_with_its_path_and_spoils_no_other(tmp_path: Path) -> None:
    gitops = folder(tmp_path, shop=content("shop"), bees="team: [", ants=content("ants", edit=[1]))
    found = team_files.read(POLICY, gitops)
    assert list(found.teams) == ["shop"]
    assert {name: line[:40] for name, (line, *_) in found.mistakes.items()} == {
        "ants": "gitops/teams/ants/team.yaml: environment",
        "bees": "gitops/teams/bees/team.yaml: line 2: is ",
    }


def test_a_folder_without_a_file_is_a_mistake_and_a_hidden_or_linked_one_is_no_team(
    tmp_path: Path,
) -> None:
    gitops = folder(tmp_path, shop=content("shop"))
    for name in ("empty", ".hidden"):
        (gitops / "teams" / name).mkdir()
    (gitops / "teams/linked").symlink_to(gitops / "teams/shop")
    found = team_files.read(POLICY, gitops)
    assert (set(found.teams), set(found.mistakes)) == ({"shop"}, {"empty"})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\na: 2", "line 2: is not plain YAML ('a' is written twice)"),
        ("a: !!python/object/apply:os.system [ls]", "line 1: is not plain YAML (could not det"),
        ("{[a]: 1}", "line 1: is not plain YAML (a key is no text)"),
        ("a: 1\n---\na: 2", "line 2: is not plain YAML (but found another document)"),
        ("a: &a [*a]", "means more than it may by its aliases"),
        ("a: 2026-13-01", "holds what is no value"),
        ("a: \0", "is not plain YAML (a character that is none)"),
        ("[" * 60 + "]" * 60, "is nested too deeply; nest 50 levels at most"),
        ("[" * 50_000, "is nested too deeply"),
        ("a: '" + "x" * 300_000 + "'", "has over 256 KiB; write less"),
    ],
)
def test_a_trick_of_yaml_is_refused(tmp_path: Path, text: str, said: str) -> None:
    assert refused(tmp_path, text).startswith(said)


def test_a_bomb_of_aliases_is_refused(tmp_path: Path) -> None:
    bomb = "a0: &a0 [x, x]\n"
    bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    assert refused(tmp_path, bomb).startswith("means more than it may by its aliases")


def test_plain_anchors_and_merges_are_values(tmp_path: Path) -> None:
    path = tmp_path / "team.yaml"
    path.write_text("a: &a {x: 1}\nb: {<<: *a, y: 2}\nc: *a")
    assert strict_yaml.load(path) == {"a": {"x": 1}, "b": {"x": 1, "y": 2}, "c": {"x": 1}}


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "team.yaml").symlink_to("/etc/passwd")
    with pytest.raises(YamlRefusedError, match="is a link"):
        strict_yaml.load(tmp_path / "team.yaml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("principals: x", "principals: 'x': should be a valid list; write a list"),
        ("workloadActions: [s3:*]", "workloadActions: 's3:*' is no single action"),
        ("workloadActions: [iam:PassRole]", "workloadActions: iam:PassRole is of no known serv"),
        ("workloadAccounts: ['1']", "workloadAccounts: '1' is no account; write 12 digits"),
        ("[", "line 2: is not plain YAML"),
    ],
)
def test_a_mistake_of_the_policy_stops_everything_with_its_place(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / team_files.POLICY_FILE
    path.parent.mkdir(parents=True)
    path.write_text(text)
    with pytest.raises(PolicyError) as error:
        team_files.policy(tmp_path)
    assert str(error.value).startswith(f"gitops/{team_files.POLICY_FILE}: {said}")


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(_VALUES, st.sampled_from(["", "environments", "access", "workloadRoles", "allow"]))
def test_whatever_the_content_is_it_is_a_team_or_a_legible_refusal(value: Any, at: str) -> None:
    inner: Any = {"clusters": {"a": "b"}, "access": {}, "workloadRoles": {}}
    if at == "allow":
        inner["workloadRoles"] = {"web": {"allow": value}}
    elif at in inner:
        inner[at] = value
    whole: Any = {"team": "shop", "environments": {"dev": inner}}
    given_content = value if not at else whole | ({at: value} if at in whole else {})
    assert all(line.isprintable() for line in refusal(given_content))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text() | st.binary())
def test_whatever_the_bytes_are_they_are_values_or_refused(
    tmp_path: Path, text: str | bytes
) -> None:
    path = tmp_path / "team.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    with suppress(YamlRefusedError):
        strict_yaml.load(path)


def test_the_schema_and_the_rules_agree_on_forms() -> None:
    """What editors and Helm take by form is what the stack takes by form."""
    schema = yaml.safe_load((team_files.GITOPS / "charts/team/values.schema.json").read_text())
    environment = schema["$defs"]["environment"]["properties"]["workloadRoles"]
    allow = schema["$defs"]["workloadRole"]["properties"]["allow"]
    actions = allow["items"]["properties"]["actions"]
    assert environment["propertyNames"]["pattern"] == f"^{team_rules.SERVICE_ACCOUNT}$"
    assert allow["maxItems"] == team_rules.MOST_STATEMENTS
    assert actions["items"]["pattern"] == f"^{team_rules.ACTION}$"
