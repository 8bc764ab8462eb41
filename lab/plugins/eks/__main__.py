"""`pulumi-resource-eks`: the program that the engine starts."""

import sys

from pulumi.provider import main

from lab.plugins.eks.provider import EksProvider

main(EksProvider(), sys.argv[1:])
