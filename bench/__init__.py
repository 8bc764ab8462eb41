"""Measurements of the running lab; each prints one JSON object. Nothing here judges a figure."""
