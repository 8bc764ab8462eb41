"""Attempts that need no lab: what a check refuses before anything is merged or deployed."""
