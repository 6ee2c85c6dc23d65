"""The peers' job in Quix Streams; its Python is the one of ``make peers``."""
