"""Tried as an attacker would, against a lab that runs: each attempt is a row, none gets through."""
