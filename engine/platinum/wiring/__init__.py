"""Which adapters serve the ports, and how a command becomes a running system.

One module per command family; nothing is imported here, so that ``platinum --help`` loads none of it.
"""
