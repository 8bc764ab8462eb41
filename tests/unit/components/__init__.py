"""Unit tests of the components, with mocked resources."""
