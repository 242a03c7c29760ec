"""Tools that build and describe the project. Nothing here ships."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
