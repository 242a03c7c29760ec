"""The local stack: build, deploy and run everything without an AWS account. Nothing here ships."""
