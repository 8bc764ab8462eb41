"""The house rules that no linter knows, as functions from source text to findings.

Each rule takes a `Source` and yields one line for each place that breaks it. They read the source,
so code that nothing runs counts too. `test_house_rules.py` holds the tree to them and shows each of
them to fail on a bad sample. Not here: what ruff and basedpyright already say.
"""
