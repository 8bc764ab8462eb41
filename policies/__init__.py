"""The policy pack that holds every preview and update: `pulumi preview --policy-pack policies`."""
