"""XML: a document becomes leaves, a digest and the canonical content."""
