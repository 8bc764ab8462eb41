"""`pulumi-resource-kubernetes`: the program that the engine starts."""

import sys
from importlib import metadata

from lab.plugins.kubernetes.plugin import KubernetesPlugin
from lab.plugins.plugin_server import serve

serve(sys.argv[1:], metadata.version("pulumi-kubernetes"), KubernetesPlugin())
