"""The platform in containers: images, and a check that they work together."""
