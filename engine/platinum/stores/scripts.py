"""What runs inside Valkey: each script is atomic in memory, in the append-only file and in replication."""

from __future__ import annotations

import hashlib
from typing import NamedTuple


class Script(NamedTuple):
    """Lua source and the hash by which EVALSHA calls it."""

    source: bytes
    sha: bytes


def _script(source: str) -> Script:
    text = source.strip().encode()
    return Script(text, hashlib.sha1(text, usedforsecurity=False).hexdigest().encode())


# KEYS checkpoint, timers · ARGV expected, new, number of pairs, number of timers set, then the pairs
# (row key, row; the last one is checkpoint key, new), the timers set (due, customer) and those removed (customer).
# Equality, never "newer than": anything else lets a zombie or a rolled-back store through. The checkpoint rides in the
# last MSET, so a usual batch is one command in the append-only file. Chunks: Lua unpacks at most some 8,000 values.
COMPARE_AND_SET = _script("""
local stored = redis.call('GET', KEYS[1])
if stored == ARGV[2] then return 1 end
if stored ~= ARGV[1] then return 0 end
local at = 5
local stop = at + 2 * ARGV[3]
while at < stop do
  local last = math.min(at + 2000, stop) - 1
  redis.call('MSET', unpack(ARGV, at, last))
  at = last + 1
end
stop = at + 2 * ARGV[4]
while at < stop do
  local last = math.min(at + 2000, stop) - 1
  redis.call('ZADD', KEYS[2], unpack(ARGV, at, last))
  at = last + 1
end
while at <= #ARGV do
  local last = math.min(at + 1999, #ARGV)
  redis.call('ZREM', KEYS[2], unpack(ARGV, at, last))
  at = last + 1
end
return 1
""")

# KEYS checkpoint · ARGV new, expected (left out: nothing may be stored)
CLAIM = _script("""
local stored = redis.call('GET', KEYS[1])
if stored == ARGV[1] then return 1 end
if stored ~= (ARGV[2] or false) then return 0 end
redis.call('SET', KEYS[1], ARGV[1])
return 1
""")

# KEYS checkpoint, timers · ARGV number of strays, number of pairs, then the strays (row keys), the pairs (row key, row; the
# last one is checkpoint key, checkpoint) and the timers (due, customer). The checkpoint is written last, with the last rows.
RESTORE = _script("""
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('DEL', KEYS[2])
local at = 3
local stop = at + ARGV[1]
while at < stop do
  local last = math.min(at + 2000, stop) - 1
  redis.call('DEL', unpack(ARGV, at, last))
  at = last + 1
end
local pairs_at = at
stop = at + 2 * ARGV[2]
at = stop
while at <= #ARGV do
  local last = math.min(at + 1999, #ARGV)
  redis.call('ZADD', KEYS[2], unpack(ARGV, at, last))
  at = last + 1
end
at = pairs_at
while at < stop do
  local last = math.min(at + 2000, stop) - 1
  redis.call('MSET', unpack(ARGV, at, last))
  at = last + 1
end
return 1
""")
