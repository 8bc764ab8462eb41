"""AWS on loopback: moto's server, with what moto lacks for a fleet of EKS clusters.

Owns the emulation of AWS: the EKS service, an STS that checks who may assume what, the webhooks
that API servers ask about AWS identities, Pod Identity credentials, and the lab's own endpoints.
Not here: the API servers themselves (`lab.cluster`), nor the order in which things start.
"""
