"""The spider. There is one: families read lists for it, sources say where to look."""
