"""`pulumi-resource-eks`: the program that the engine starts."""

import sys

from pulumi.provider import main

from lab.plugins.eks.provider import EksProvider
from lab.plugins.plugin_server import end_with_parent

end_with_parent()
main(EksProvider(), sys.argv[1:])
