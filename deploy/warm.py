"""Compile every kernel into PLATINUM_KERNEL_CACHE, while an image is built."""

from platinum.pipeline.stages import Stages
from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from platinum.wiring.warm import warm

warm(Stages(compile_policy(example("minimal"))))
