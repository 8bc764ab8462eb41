"""Argo CD runs the fleet of the lab from Git: one lab of a hub and two spokes for all of these."""
