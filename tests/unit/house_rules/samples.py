"""Code that breaks one rule each, and code that breaks none.

The texts never run. Comments in them are assembled where the rules on comments would otherwise
find them here; the rules read tokens, so those inside a string are safe.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tests.unit.house_rules import components, everywhere, layers
from tests.unit.house_rules.source import Source

GOOD = '''
"""Box owns a VPC; not its subnets (network.py)."""
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components import conventions


@dataclass(frozen=True, kw_only=True)
class BoxArgs:
    """What a box needs."""

    cidr: str


class Box(pulumi.ComponentResource):
    """A VPC."""

    def __init__(self, name: str, args: BoxArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("eks-hub-spoke:index:Box", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        vpc = aws.ec2.Vpc(f"{name}-vpc", cidr_block=args.cidr, opts=child)
        self.size = vpc.arn.apply(lambda arn: len(arn))  # noqa: PLW0108  # shows an apply
        self.register_outputs({"size": self.size})
'''


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A text at a path, and the rule that must find something in it."""

    rule: Callable[[Source], Iterator[str]]
    name: str
    text: str
    path: str = "components/box.py"


def _edited(old: str, new: str) -> str:
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)


def _bad(rule: Callable[[Source], Iterator[str]], **texts: str) -> list[Sample]:
    return [
        Sample(rule=rule, name=f"{rule.__name__}-{name}", text=text) for name, text in texts.items()
    ]


_SHAPE = [
    *_bad(
        components.component_has_the_common_constructor,
        other_order=_edited("args: BoxArgs, opts", "opts"),
        other_args=_edited("args: BoxArgs", "args: dict[str, str]"),
        other_name=_edited("args: BoxArgs", "config: BoxArgs"),
        one_more=_edited("opts: pulumi", "size: int, opts: pulumi"),
        no_default=_edited(" | None = None", ""),
        keywords=_edited(" | None = None", " | None = None, **more: str"),
        none_at_all="class Box(pulumi.ComponentResource):\n    pass\n",
    ),
    *_bad(
        components.component_type_is_its_name,
        other_class=_edited("index:Box", "index:Boxes"),
        other_project=_edited("eks-hub-spoke:index", "platform:index"),
        computed=_edited('"eks-hub-spoke:index:Box"', 'f"eks-hub-spoke:index:{type(self)}"'),
    ),
    *_bad(
        components.component_registers_its_outputs_last,
        never=_edited('self.register_outputs({"size": self.size})', "pass"),
        early=_edited("self.size = vpc", "self.register_outputs({})\n        self.size = vpc"),
        not_last=GOOD + "        self.late = 1\n",
        in_a_branch=_edited("self.register", "if args:\n            self.register"),
        way_round=_edited(
            "self.size = vpc", "if name:\n            return\n        self.size = vpc"
        ),
    ),
    *_bad(
        components.component_says_what_it_creates,
        component=_edited('    """A VPC."""\n', ""),
        arguments=_edited('    """What a box needs."""\n', ""),
        function=GOOD + "\n\ndef public() -> None:\n    pass\n",
    ),
    *_bad(
        components.arguments_are_frozen,
        mutable=_edited("frozen=True, ", ""),
        positional=_edited(", kw_only=True", ""),
        bare=_edited("(frozen=True, kw_only=True)", ""),
        no_dataclass=_edited("@dataclass(frozen=True, kw_only=True)\n", ""),
    ),
]

_CONDUCT = [
    *_bad(
        components.only_config_reads_configuration,
        whole=_edited("child = ", 'pulumi.Config("x")\n        child = '),
        imported=_edited("import pulumi\n", "from pulumi import Config\n"),
        runtime=_edited("child = ", 'pulumi.runtime.get_config("x")\n        child = '),
    ),
    *_bad(
        components.options_stay_with_the_component,
        merged=_edited("opts=child", "opts=pulumi.ResourceOptions.merge(opts, child)"),
        handed_on=_edited("opts=child", "opts=opts"),
        read=_edited("child = ", "protect = opts.protect\n        child = "),
    ),
    *_bad(
        components.nothing_is_created_in_apply,
        in_a_lambda=_edited("len(arn)", 'aws.ec2.Subnet("s", vpc_id=arn)'),
        in_a_component=_edited("len(arn)", 'Box("s", BoxArgs(cidr=arn))'),
        in_a_function=_edited("lambda arn: len(arn)", "make")
        + '\n\ndef make(arn: str) -> None:\n    aws.ec2.Subnet("s", vpc_id=arn)\n',
        in_a_method=_edited("lambda arn: len(arn)", "self.make")
        + '\n    def make(self, arn: str) -> None:\n        aws.ec2.Subnet("s", vpc_id=arn)\n',
    ),
    *_bad(
        components.lookups_are_the_stacks_business,
        function=_edited("child = ", "aws.get_caller_identity()\n        child = "),
        as_output=_edited("child = ", "aws.get_region_output()\n        child = "),
        existing=_edited("child = ", 'aws.ec2.Vpc.get("v", "vpc-1")\n        child = '),
        raw=_edited("child = ", 'pulumi.runtime.invoke("x", {})\n        child = '),
    ),
    Sample(
        rule=components.stacks_own_no_resources,
        name="stacks_own_no_resources-vpc",
        text=GOOD,
        path="components/hub.py",
    ),
]

_TEXT = [
    *_bad(
        everywhere.module_says_what_it_owns, nothing="import os\n", comment="# Box.\nimport os\n"
    ),
    *_bad(everywhere.module_fits, long='"""Long."""\n' + "X = 1\n" * everywhere.LONGEST_MODULE),
    *_bad(
        everywhere.functions_fit,
        function="def long():\n" + "    x = 1\n" * everywhere.LONGEST_FUNCTION,
        method="class A:\n    async def long(self):\n" + "        x = 1\n" * 60,
    ),
    *_bad(
        everywhere.no_banners,
        dashes="# ---------- network ----------\n",
        double="#==================\n",
        hashes="##########\n",
    ),
    *_bad(
        everywhere.nothing_is_put_off,
        later="# TODO: tags\n",
        broken="x = 1  # FIXME\n",
    ),
    *_bad(
        everywhere.no_registry_is_named,
        code='URL = "https://' + ".".join(("files", "pythonhosted", "org")) + '/x"\n',
        comment="# from " + ".".join(("proxy", "golang", "org")) + "\n",
    ),
    *_bad(
        everywhere.suppressions_give_reasons,
        bare="x = 1  # noqa\n",
        without_reason="x = 1  # noqa: E501\n",
        whole_file="# ruff: noqa: E501\n",
        types_bare="x = 1  # pyright: ignore  # why\n",
        types_without_reason="x = 1  # pyright: ignore[reportAny]\n",
        other_checker="x = 1  # type: ignore[misc]  # why\n",
        laxer="# pyright: basic\n",
    ),
    *(
        Sample(rule=everywhere.file_has_a_subject, name=path, text='"""X."""\n', path=path)
        for path in ("components/utils.py", "lab/helpers.py", "lab/common/aws.py")
    ),
]

_IMPORTS = (
    [
        Sample(
            rule=layers.packages_keep_apart,
            name=f"{path}-{line}",
            text=line,
            path=path,
        )
        for path, line in (
            ("components/box.py", "import lab\n"),
            ("components/box.py", "from lab.errors import LabError\n"),
            ("components/box.py", "from fleet import team\n"),
            ("lab/up.py", "from components import config\n"),
            ("lab/up.py", "import tests.unit.engine\n"),
            ("fleet/check.py", "from lab import stacks\n"),
            ("policies/pack/tags.py", "from components import conventions\n"),
        )
    ]
    + [
        Sample(
            rule=layers.fleet_sees_pure_topics,
            name=f"fleet-{line}",
            text=line,
            path="fleet/check.py",
        )
        for line in (
            "from components import config, hub\n",
            "import components.cluster\n",
            "import boto3\n",
        )
    ]
    + _bad(
        layers.program_uses_only_its_libraries,
        cloud="import boto3\n",
        process="import subprocess\n",
        connection="from urllib import request\n",
    )
)

BAD = [*_SHAPE, *_CONDUCT, *_TEXT, *_IMPORTS]

_COMPONENT = "import pulumi\nclass Box(pulumi.ComponentResource):\n    pass\n"
BAD_TREES: list[tuple[Callable[[Mapping[str, Source]], Iterator[str]], dict[str, str]]] = [
    (
        layers.imports_point_one_way,
        {"config": "from components import box\n", "box": _COMPONENT},
    ),
    (
        layers.imports_point_one_way,
        {"box": "from components.hub import x\n" + _COMPONENT, "hub": ""},
    ),
    (layers.imports_point_one_way, {"hub": "import components.spoke\n", "spoke": ""}),
    (
        layers.imports_have_no_cycle,
        {"a": "from components import b\n", "b": "import components.a\n", "c": ""},
    ),
]
