"""The rules that a team's file must keep beyond its schema, one module a topic."""
