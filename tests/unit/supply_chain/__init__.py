"""What the project is made of: packages, charts and images, each pinned."""
