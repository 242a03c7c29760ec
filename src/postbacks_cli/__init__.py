"""`postbacks`, the operator's command line. Talks to a deployed stack, and is no part of what is deployed."""
