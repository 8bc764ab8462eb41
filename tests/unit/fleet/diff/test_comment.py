"""A comment fits, keeps secrets and stays a text whatever the objects hold."""

import re
from dataclasses import replace

import pytest

from fleet import markdown, object_diffs
from fleet.comparison import compare
from fleet.expansion import Application
from fleet.manifests import Manifest
from fleet.markdown import LIMIT, Report
from fleet.sources import Source


def application(*objects: Manifest, cluster: str = "spoke") -> Application:
    """An Application with these objects."""
    return Application(
        name=f"a-{cluster}",
        project="p",
        cluster=cluster,
        namespace="n",
        environment="dev",
        service="web",
        source=Source(repository="r", revision="main", path="p"),
        objects=objects,
    )


def config(name: str, data: str, kind: str = "ConfigMap") -> Manifest:
    """A small object."""
    metadata = {"name": name, "namespace": "n"}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata, "data": {"key": data}}


def comment_on(before: list[Application], after: list[Application], limit: int | None) -> str:
    """The comment on one team that changes."""
    change = compare("t", before, after, hub="hub")
    assert change is not None
    return markdown.write(Report(base="main", commit="c", changes=[change]), limit=limit)


def test_what_a_secret_holds_is_never_told() -> None:
    old, new = config("s", "b2xk", "Secret"), config("s", "bmV3", "Secret")
    text = comment_on([application(old)], [application(new)], None)
    assert "-  key: ++++++++ before\n+  key: ++++++++ after" in text
    assert "b2xk" not in text + comment_on([], [application(old)], None)
    assert "bmV3" not in text


def test_nothing_out_of_an_object_ends_its_block_or_becomes_markup() -> None:
    text = comment_on([], [application(config("<b>@all`", "````\n</details>"))], None)
    assert "`````diff\n" in text
    told_in_words = re.sub(r"`````diff.*?`````", "", text, flags=re.DOTALL)
    assert "<code>ConfigMap/&lt;b&gt;" in told_in_words
    assert "<b>" not in re.sub(r"`[^`]+`", "", told_in_words)
    assert "`ConfigMap/<b>@all'`" in told_in_words


def test_the_same_text_on_many_clusters_is_written_once() -> None:
    spokes = [f"spoke-{number}" for number in range(3)]
    after = [application(config("c", "v"), cluster=spoke) for spoke in spokes]
    text = comment_on([], after, None)
    assert text.count("+kind: ConfigMap") == 1
    assert "ConfigMap/c in n on spoke-2: added, as in n on spoke-0" in text


@pytest.mark.parametrize("limit", [2_000, 10_000, LIMIT])
def test_a_comment_fits_and_says_what_it_leaves_out(limit: int) -> None:
    after = [application(*(config(f"c{number}", "line\n" * 40) for number in range(500)))]
    text = comment_on([], after, limit)
    assert len(text) <= limit
    assert re.search(r"\*\d+ texts of objects are left out", text)
    assert text.count("<details>") == text.count("</details>")


def test_a_comment_too_long_without_any_text_is_cut_at_a_line() -> None:
    after = [application(config("c", "v"), cluster=f"spoke-{number}") for number in range(200)]
    text = comment_on([], after, 3_000)
    assert len(text) <= 3_000
    assert "*The rest is left out" in text
    assert comment_on([], after, None).startswith(text.partition("\n\n*The rest")[0])


def test_an_object_that_another_application_takes_over_is_an_outage() -> None:
    workload = {**config("w", "v"), "kind": "Deployment"}
    before, after = application(workload), application(workload)
    renamed = replace(after, name="b-spoke")
    text = comment_on([before], [renamed], None)
    assert "`Deployment/w in n` pass to another Application" in text
    assert "workloads" not in text


def test_objects_are_compared_line_by_line() -> None:
    assert object_diffs.diff(config("c", "a"), config("c", "b")).splitlines() == [
        "@@ -1,6 +1,6 @@",
        " apiVersion: v1",
        " data:",
        "-  key: a",
        "+  key: b",
        " kind: ConfigMap",
        " metadata:",
        "   name: c",
    ]


@pytest.mark.parametrize(("policy", "stays"), [("Retain", True), ("Delete", False)])
def test_volumes_that_their_stateful_set_deletes_do_not_stay(policy: str, stays: bool) -> None:
    spec = {
        "volumeClaimTemplates": [{"metadata": {"name": "data"}}],
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": policy},
    }
    database = {**config("d", "v"), "kind": "StatefulSet", "spec": spec}
    assert ("the volumes of" in comment_on([application(database)], [], None)) == stays


def test_the_image_of_an_init_container_counts() -> None:
    before, after = (
        {
            **config("j", "v"),
            "kind": "CronJob",
            "spec": {"jobTemplate": {"spec": {"template": {"spec": {"initContainers": [image]}}}}},
        }
        for image in ({"name": "i", "image": "a:1"}, {"name": "i", "image": "a:2"})
    )
    text = comment_on([application(before)], [application(after)], None)
    assert "image of `CronJob/j`: `a:1` → `a:2`" in text
