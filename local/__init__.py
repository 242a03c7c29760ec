"""The local stack: builds, deploys and runs everything without an AWS account. Nothing here ships."""
