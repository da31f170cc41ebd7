"""Values that cross every border of the system, as frozen msgspec structs."""
