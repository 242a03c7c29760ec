"""`postbacks`, the operator's command line. It talks to a deployed stack, and is not deployed itself."""
