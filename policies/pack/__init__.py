"""The rules, grouped by subject, and what makes a CrossGuard pack of them.

`rules.py` lists them. Only `crossguard.py` knows Pulumi; the rest is pure, so that unit tests hold
the committed stacks to the same rules without an engine.
"""
