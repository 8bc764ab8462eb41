"""What External Secrets is asked to make beside Argo CD: Secrets that Argo CD takes, out of places
that the add-on may read."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import cast

import pytest

from components import addon_policies, argocd_credentials, conventions
from components.addon_settings import AddonSettings
from components.place import Place
from tests.gitops.clusters import REPOSITORY_CREDENTIALS, changed_fleet, hub_stack
from tests.gitops.fleet import Rendered, render
from tests.gitops.helm import Helm
from tests.gitops.programs import world_of
from tests.gitops.strict_yaml import Manifest
from tests.unit.configs import MISSING

pytestmark = pytest.mark.rendered

KEYS = {
    "github-app": {"githubAppID", "githubAppInstallationID", "githubAppPrivateKey"},
    "token": {"username", "password"},
}
"""https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#repositories"""


@pytest.fixture(scope="module")
def made(whole_catalogue_rendered: Sequence[Rendered]) -> dict[str, Manifest]:
    """By kind and name."""
    return of_application(whole_catalogue_rendered)


def only(values: object) -> str:
    """The one value of a list."""
    assert isinstance(values, list)
    (value,) = cast(list[str], values)
    return value


def of_application(found: Sequence[Rendered]) -> dict[str, Manifest]:
    application = f"argocd-credentials-{hub_stack()}"
    return {
        f"{each.kind} {each.name}": each.manifest
        for each in found
        if each.parent and each.parent.name == application and each.kind != "Application"
    }


def test_it_asks_for_each_repository_and_the_webhook_and_nothing_else(
    made: dict[str, Manifest],
) -> None:
    repositories = {f"repositories-{each['secret']}" for each in REPOSITORY_CREDENTIALS}
    asked = {*repositories, conventions.WEBHOOK_SECRET}
    assert made.keys() == {
        *(f"ExternalSecret {name}" for name in asked),
        f"Password {conventions.WEBHOOK_SECRET}",
        f"SecretStore {argocd_credentials.STORE}",
    }


@pytest.mark.parametrize("entry", REPOSITORY_CREDENTIALS, ids=lambda entry: entry["kind"])
def test_argo_cd_takes_it_for_credentials_of_an_organisation(
    entry: dict[str, str], made: dict[str, Manifest]
) -> None:
    template = made[f"ExternalSecret repositories-{entry['secret']}"]["spec"]["target"]["template"]
    assert template["metadata"]["labels"] == {conventions.CLUSTER_LABEL: "repo-creds"}
    given = {key: f"{{{{ .{key} }}}}" for key in KEYS[entry["kind"]]}
    assert template["data"] == {"type": "git", "url": entry["url"], **given}


@pytest.mark.parametrize("entry", REPOSITORY_CREDENTIALS, ids=lambda entry: entry["kind"])
def test_it_is_read_from_where_the_add_on_may_read(
    entry: dict[str, str], made: dict[str, Manifest]
) -> None:
    place = Place(account="1" * 12, region="eu-west-1", cluster="hub", node_role_name="nodes")
    (allowed,) = addon_policies.external_secrets(place, AddonSettings())
    data = made[f"ExternalSecret repositories-{entry['secret']}"]["spec"]["data"]
    assert {each["secretKey"] for each in data} == KEYS[entry["kind"]]
    for each in data:
        assert each["remoteRef"]["property"] == each["secretKey"]
        assert each["remoteRef"]["key"].endswith(f"/{entry['secret']}")
        read = place.arn("secretsmanager", f"secret:{each['remoteRef']['key']}")
        assert fnmatchcase(read, only(allowed.get("Resource")))


def test_the_webhooks_secret_is_the_one_that_argo_cds_settings_name(
    made: dict[str, Manifest],
) -> None:
    spec = made[f"ExternalSecret {conventions.WEBHOOK_SECRET}"]["spec"]
    template = spec["target"]["template"]
    assert template["data"] == {conventions.WEBHOOK_SECRET_KEY: "{{ .password }}"}
    assert template["metadata"]["labels"] == {"app.kubernetes.io/part-of": "argocd"}


def test_the_webhooks_secret_is_made_anew_after_the_days_of_the_stack_file(
    made: dict[str, Manifest],
) -> None:
    spec = made[f"ExternalSecret {conventions.WEBHOOK_SECRET}"]["spec"]
    assert spec["refreshInterval"] == "720h"
    (source,) = spec["dataFrom"]
    password = made[f"Password {source['sourceRef']['generatorRef']['name']}"]
    assert source["sourceRef"]["generatorRef"]["apiVersion"] == password["apiVersion"]


def test_a_secret_outlives_what_asked_for_it(made: dict[str, Manifest]) -> None:
    """Argo CD reads its repository by one: without it, nothing would bring it back."""
    asked = [each for each in made.values() if each["kind"] == "ExternalSecret"]
    assert {each["spec"]["target"]["creationPolicy"] for each in asked} == {"Orphan"}


def test_nothing_is_asked_for_where_all_is_made_by_hand(helm: Helm) -> None:
    fleet = changed_fleet({"argocd.webhookRotationDays": MISSING}, {})
    found = render(world_of(fleet, helm), fleet.handed_over)
    names = {each.name for each in found if each.kind == "ApplicationSet"}
    assert argocd_credentials.STORE not in names
    assert "baseline" in names
