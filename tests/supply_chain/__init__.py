"""What needs a program of the toolchain, which it fetches once: looking for secrets."""
