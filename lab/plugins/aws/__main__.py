"""`python -m lab.plugins.aws ENGINE`: the plugin as the engine starts it."""

import sys

from lab.plugins.aws.plugin import AwsPlugin
from lab.plugins.plugin_server import serve

VERSION = "7.51.1"
"""Of the SDK whose wire format it speaks."""

if __name__ == "__main__":
    serve(sys.argv[1:], VERSION, AwsPlugin())
