"""What a firm's own past says about how it treats its customers: promises broken, thanks owed, and what that cost.

Files become columns once (``reading``), rules go over them (one file per kind of breach), ``summary`` counts, ``cost`` estimates, and
``terminal`` and ``page`` show. Nothing here knows how the engine treats anybody: an audit of the engine must not be the engine.
"""
