"""Stand-in for `pulumi-resource-eks`: the component `eks:index:Cluster` and nothing else."""
