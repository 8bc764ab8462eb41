"""Stand-in for `pulumi-resource-kubernetes`: objects by the API server's REST, releases by helm."""
