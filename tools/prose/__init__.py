"""Find the worst habits in the project's prose. CONTRIBUTING.md describes the style."""
