"""From a registration request to the node that is recorded; pure.

Owns what a child inherits from its parent: protection, `deleted_with`, `retain_on_delete` (the
engine's inheritFromParent). Not here: whether the request is allowed (`monitor`).
"""

from typing import Any

from tests.unit.engine.recorded import Node, Options
from tests.unit.engine.wire import decode_fields


def registered(urn: str, request: Any, inherited: Options, *, hidden: bool) -> Node:
    """The node of a RegisterResourceRequest; `inherited` are the parent's options."""
    dependencies = {
        key: frozenset(value.urns) for key, value in request.propertyDependencies.items()
    }
    return Node(
        urn=urn,
        type=request.type,
        name=request.name,
        parent_urn=request.parent,
        custom=request.custom,
        remote=request.remote,
        hidden=hidden,
        inputs=decode_fields(request.object),
        options=_options(request, inherited),
        property_dependencies=dependencies,
    )


def _options(request: Any, inherited: Options) -> Options:
    return Options(
        protect=request.protect if request.HasField("protect") else inherited.protect,
        depends_on=frozenset(request.dependencies),
        deleted_with=request.deletedWith or inherited.deleted_with,
        provider=provider_urn(request.provider),
        providers={key: provider_urn(value) for key, value in request.providers.items()},
        aliases=tuple(alias.urn or alias.spec.name for alias in request.aliases),
        ignore_changes=tuple(request.ignoreChanges),
        replace_on_changes=tuple(request.replaceOnChanges),
        delete_before_replace=(
            request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None
        ),
        retain_on_delete=(
            request.retainOnDelete
            if request.HasField("retainOnDelete")
            else inherited.retain_on_delete
        ),
        additional_secret_outputs=tuple(request.additionalSecretOutputs),
        create_timeout=request.customTimeouts.create,
        import_id=request.importId,
        error_hooks=tuple(request.hooks.on_error),
    )


def provider_urn(reference: str) -> str:
    """The URN of a provider reference, `<urn>::<id>`; empty for none."""
    return reference.rpartition("::")[0]
