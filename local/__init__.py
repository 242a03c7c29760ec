"""The laptop: builds, deploys and runs the whole system without an AWS account. Never ships."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
