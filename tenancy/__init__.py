"""The bottom of the house: database roles, the signed context, and the request transaction.

Knows nothing of what stands above it. Nothing else touches connections.
"""
