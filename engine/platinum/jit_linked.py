"""How kernels become LLVM code and then machine code: the passes, and who links and optimises what.

An inner kernel stops at LLVM code of its own. The outermost kernel links it and all that it calls, once each, and optimises them
together. numba links every callee into its caller at each level of the call tree, optimises there, and makes machine code.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numba
from llvmlite.binding import Linkage
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase
from numba.core.compiler_machinery import LoweringPass, PassManager, register_pass
from numba.core.typed_passes import (
    IRLegalization,
    NativeLowering,
    NoPythonBackend,
    NoPythonSupportedFeatureValidation,
    NopythonTypeInference,
    PreLowerStripPhis,
)
from numba.core.untyped_passes import (
    DeadBranchPrune,
    FixupArgs,
    GenericRewrites,
    IRProcessing,
    ReconstructSSA,
    RewriteSemanticConstants,
    TranslateByteCode,
)


class _Unset:
    """Stands in for the code generator where numba would store a Python environment that inner kernels do not use."""

    @staticmethod
    def set_env(_name: str, _environment: object) -> None:
        """Store nothing: the code that would read it is not in memory."""


class _LinkedLibrary(JITCodeLibrary):
    """LLVM code of one kernel, for outermost ones to link."""

    codegen = _Unset
    _shared_module: Any

    def _optimize_functions(self, module: Any) -> None:
        """Clean up the kernel itself; numba also makes a pass manager for each function that it only declares."""
        module.data_layout = self._codegen._data_layout
        for function in module.functions:
            if not function.is_declaration:
                manager, builder = self._codegen._function_pass_manager()
                manager.run(function, builder)

    def finalize(self) -> None:
        """Nothing is linked here, so nothing is optimised nor verified again."""
        self._finalize_dynamic_globals()
        self._finalized = True

    def _get_module_for_linking(self) -> Any:
        if self._shared_module is None:
            for function in self._final_module.functions:
                if not function.is_declaration and function.linkage == Linkage.external:
                    function.linkage = "linkonce_odr"
            self._shared_module = self._final_module
        return self._shared_module

    def get_pointer_to_function(self, _name: str) -> int:
        """Where Python would enter: a wrapper that refuses."""
        return _address_of_refusal()


class _OutermostLibrary(JITCodeLibrary):
    """LLVM code of a kernel and of everything below it, optimised and turned into machine code."""

    def finalize(self) -> None:
        """Link what is called and, where that is only linked itself, what it calls."""
        self._linking_libraries: list[Any] = callers_first(self._linking_libraries)
        super().finalize()


def callers_first(called: Sequence[Any]) -> list[Any]:
    """The libraries and what they call, each once, every caller before all that it calls.

    LLVM leaves out what nothing that is linked so far asks for. (Once the order was that of a walk from above: whatever two
    kernels call came behind the first of them, and when that one's call had been optimised away, was missing for the second.)
    """
    behind: dict[Any, None] = {}

    def walk(library: Any) -> None:
        if library in behind:
            return
        for callee in library._linking_libraries if isinstance(library, _LinkedLibrary) else ():
            walk(callee)
        behind[library] = None

    for library in called:
        walk(library)
    return list(reversed(behind))


class _LibraryFor(LoweringPass):
    """Create the library that lowering will fill."""

    library_class: type

    def __init__(self) -> None:
        LoweringPass.__init__(self)

    def run_pass(self, state: Any) -> bool:
        """See ``numba.core.typed_passes.NativeLowering``, which would create numba's own."""
        library = state.targetctx.codegen().create_library(state.func_id.func_qualname)
        library.__class__ = self.library_class
        state.library = library
        return False


@register_pass(mutates_CFG=False, analysis_only=False)
class _LinkedOnly(_LibraryFor):
    _name = "linked_only"
    library_class = _LinkedLibrary


@register_pass(mutates_CFG=False, analysis_only=False)
class _Outermost(_LibraryFor):
    _name = "outermost"
    library_class = _OutermostLibrary

    def run_pass(self, state: Any) -> bool:
        """As for an inner kernel, and what is made of it may be cached."""
        _LibraryFor.run_pass(self, state)
        state.library.enable_object_caching()
        return False


#: numba's nopython passes without those that find nothing in a kernel: ``with`` blocks, closures, unrolled tuples of literals,
#: array expressions, dynamic exceptions, parallel loops. Each goes over the whole function, most of them build its graph of blocks
#: and live variables anew. A kernel that needed one of them would not compile.
_UNTYPED = (TranslateByteCode, FixupArgs, IRProcessing, RewriteSemanticConstants, DeadBranchPrune, GenericRewrites, ReconstructSSA)
_TYPED = (NopythonTypeInference, PreLowerStripPhis, NoPythonSupportedFeatureValidation, IRLegalization)


class InnerCompiler(CompilerBase):
    """Makes LLVM code that callers link."""

    library: type = _LinkedOnly

    def define_pipelines(self) -> list[Any]:
        """See ``numba.core.compiler.CompilerBase``."""
        manager = PassManager("kernel")
        for one in (*_UNTYPED, *_TYPED, self.library, NativeLowering, NoPythonBackend):
            manager.add_pass(one, one.__name__)
        manager.finalize()
        return [manager]


class OutermostCompiler(InnerCompiler):
    """Makes machine code, with an entry for Python."""

    library = _Outermost


@numba.njit
def _takes_nothing() -> None:
    """Its Python wrapper stands in for every inner kernel's: called with arguments it raises TypeError."""


@cache
def _address_of_refusal() -> int:
    _takes_nothing()
    compiled = next(iter(_takes_nothing.overloads.values()))
    address: int = compiled.library.get_pointer_to_function(compiled.fndesc.llvm_cpython_wrapper_name)
    return address
