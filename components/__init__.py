"""The program: one component or one pure topic a file; nothing here knows the lab or the fleet."""
