"""The maths language: parsed safely, compiled to NumPy, differentiated and typeset from one tree."""

from engine.expressions.compile import Flavour, compile_program
from engine.expressions.parse import (
    COMPARISONS,
    CONSTANTS,
    FUNCTIONS,
    RULE_ONLY,
    Apply,
    Assignment,
    ExpressionError,
    Node,
    Number,
    Symbol,
    names,
    parse,
    parse_program,
    walk,
)

__all__ = [
    "COMPARISONS",
    "CONSTANTS",
    "FUNCTIONS",
    "RULE_ONLY",
    "Apply",
    "Assignment",
    "ExpressionError",
    "Flavour",
    "Node",
    "Number",
    "Symbol",
    "compile_program",
    "names",
    "parse",
    "parse_program",
    "walk",
]
