"""The user's stack on AWS or on this machine: find it, read it, invoke its functions."""
