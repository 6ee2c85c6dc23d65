"""Tables of a shop's past → Segment-shaped events, as a map (YAML data) says.

``read_map`` reads the map, ``import_events`` turns rows into event lines in time order, ``write_events`` puts them
somewhere. Nothing here knows about logs or deployments: a sink takes lines.
"""

from platinum.ops.importing.mapfile import ImportMap
from platinum.ops.importing.mapread import read_map
from platinum.ops.importing.report import ImportReport
from platinum.ops.importing.run import import_events
from platinum.ops.importing.write import FileSink, Sink, write_events

__all__ = ["FileSink", "ImportMap", "ImportReport", "Sink", "import_events", "read_map", "write_events"]
