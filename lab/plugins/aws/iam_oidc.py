"""OIDC providers of IAM. Their audiences cannot change in place: moto has no call for it."""

from collections.abc import Mapping
from typing import Any

from lab.plugins.aws.resource_type import ResourceType, Scope, tag_list, tag_map
from lab.plugins.aws.schema import Kind, Property, Values, listed


class OpenIdConnectProvider(ResourceType):
    """An issuer of tokens that roles may trust; its id is its ARN."""

    pulumi_type = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
    regional = False
    taggable = True
    delete_first = True
    properties = (
        Property("url", required=True, replace=True),
        Property("clientIdLists", Kind.SET, required=True, replace=True),
        Property("thumbprintLists", Kind.SET, computed=True, replace=True),
    )
    outputs = ("arn",)

    def create(self, aws: Scope, inputs: Values) -> str:
        given = {"ThumbprintList": listed(inputs, "thumbprintLists")}
        answer = aws.client("iam").create_open_id_connect_provider(
            Url=inputs["url"],
            ClientIDList=inputs["clientIdLists"],
            **{name: value for name, value in given.items() if value},
            Tags=tag_list(inputs.get("tagsAll")),
        )
        return answer["OpenIDConnectProviderArn"]

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        del known
        found = aws.client("iam").get_open_id_connect_provider(OpenIDConnectProviderArn=resource_id)
        return {
            "url": f"https://{found['Url'].removeprefix('https://')}",
            "clientIdLists": found["ClientIDList"],
            "thumbprintLists": found.get("ThumbprintList", []),
            "arn": resource_id,
            "tagsAll": tag_map(found.get("Tags")),
        }

    def retag(
        self, aws: Scope, resource_id: str, known: Values, tags: Mapping[str, str], gone: list[str]
    ) -> None:
        del known
        iam = aws.client("iam")
        if gone:
            iam.untag_open_id_connect_provider(OpenIDConnectProviderArn=resource_id, TagKeys=gone)
        if tags:
            iam.tag_open_id_connect_provider(
                OpenIDConnectProviderArn=resource_id, Tags=tag_list(tags)
            )

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        del known
        aws.client("iam").delete_open_id_connect_provider(OpenIDConnectProviderArn=resource_id)
