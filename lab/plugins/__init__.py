"""Stand-ins for the Pulumi programs that cannot be had offline: language host, resource plugins."""
