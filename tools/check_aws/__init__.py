"""Check on AWS what a local stack cannot show; docs/proofs.md explains each line."""
