"""The resources of API 1.1 and v2.

Both generations describe the same things by different names, listed side by side here, v2's first. The names come
from CallFire's schemas, captures and samples; any field may be absent.
"""
