"""Each section of a bundle, from cursor to model."""
