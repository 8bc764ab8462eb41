"""An engine in this process for unit tests: runs a program, records all that it asks for.

    run = Engine(config={"eks-hub-spoke:role": "hub"}).run(program)
    run.of("aws:ec2/vpc:Vpc"), run.node("hub-vpc").options.protect, run.exports

Not here: what AWS answers (`tests.unit.aws_answers`), whether inputs fit the SDK's types
(`tests.unit.sdk_types`). The lab has a real engine; this one is for seconds, not for truth.
"""

from tests.unit.engine.driver import Engine
from tests.unit.engine.monitor import HiddenChild, RefusedByEngineError, UnexpectedLookupError
from tests.unit.engine.recorded import LogLine, Lookup, Node, Options, Run, name_of
from tests.unit.engine.strict_outputs import OutputMisusedError
from tests.unit.engine.wire import UNKNOWN, Reference, Secret, plain

__all__ = [
    "UNKNOWN",
    "Engine",
    "HiddenChild",
    "LogLine",
    "Lookup",
    "Node",
    "Options",
    "OutputMisusedError",
    "Reference",
    "RefusedByEngineError",
    "Run",
    "Secret",
    "UnexpectedLookupError",
    "name_of",
    "plain",
]
