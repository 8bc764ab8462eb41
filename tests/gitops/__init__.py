"""What gitops/ says, held to rules and to what Pulumi promises; no cluster, no network."""
