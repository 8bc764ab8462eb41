"""OIDC providers, which IAM knows by their address: one of each in an account."""

from tests.unit.lab.plugins.aws_stack import Stack

KIND = "OpenIdConnectProvider"
URL = "https://issuer.example/oidc"


def test_it_lives_from_its_creation_to_its_end(stack: Stack) -> None:
    made = stack.create(KIND, url=URL, clientIdLists=["a", "b"])
    assert made.id.endswith(":oidc-provider/issuer.example/oidc")
    assert stack.diff(KIND, made, url=URL, clientIdLists=["b", "a"]).changes == []

    changed = stack.update(KIND, made, url=URL, clientIdLists=["a", "b"], tags={"x": "1"})
    seen = stack.read(KIND, changed)
    assert seen is not None
    assert sorted(seen.state["clientIdLists"]) == ["a", "b"]
    assert seen.state["tagsAll"] == {"Owner": "us", "x": "1"}

    stack.delete(KIND, changed)
    assert stack.read(KIND, changed) is None


def test_another_address_is_another_provider(stack: Stack) -> None:
    made = stack.create(KIND, url=f"{URL}/other", clientIdLists=["a"])
    (change,) = stack.diff(KIND, made, url=URL, clientIdLists=["a"]).changes
    assert change.replace
    stack.delete(KIND, made)
