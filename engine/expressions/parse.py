"""Text to tree. Only arithmetic, names and the functions listed here get through; nothing is executed.

The text is read by Python's own parser into a syntax tree, and every node of that tree that is not on
the list is refused with its place. Python never evaluates it.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.expressions.greek import spelled, spelled_columns
from engine.quoting import quoted

MAX_LENGTH = 2000  # characters of one formula, or of one line of a rule
MAX_LINES = 40
MAX_BRACKETS = 60
MAX_DEPTH = 120
MAX_NODES = 800
MAX_EXPONENT = 100.0

# name -> number of arguments. float32 rounds as PyTorch does where it keeps a number in 32 bits.
FUNCTIONS = {
    "sqrt": 1, "exp": 1, "log": 1, "sin": 1, "cos": 1, "tan": 1, "sinh": 1, "cosh": 1, "tanh": 1,
    "arctan": 1, "abs": 1, "sign": 1, "floor": 1, "float32": 1, "maximum": 2, "minimum": 2, "where": 3,
    "grad": 1, "norm": 1, "solve": 2,
}  # fmt: skip
# Of vectors, so with a meaning only in a rule: grad(p) is the loss gradient at p, norm(v) a length, and
# solve(v, λ) is (H + λI)⁻¹v with the Hessian H at w.
RULE_ONLY = {"grad", "norm", "solve"}
CONSTANTS = {"pi": math.pi, "π": math.pi, "e": math.e}
COMPARISONS = {"<", "<=", ">", ">=", "==", "!="}

# What people type or paste, in the letters that Python's parser knows.
_SPELLINGS = {
    "×": "*", "·": "*", "⋅": "*", "∗": "*", "÷": "/", "−": "-", "–": "-", "≤": "<=", "≥": ">=",
    "≠": "!=", "←": "=", "√": "sqrt", "^": "**", "\u00a0": " ", "\t": " ",
}  # fmt: skip
_ALIASES = {"max": "maximum", "min": "minimum", "ln": "log", "atan": "arctan"}
_SUBSCRIPTS = {ord(sub): str(digit) for digit, sub in enumerate("₀₁₂₃₄₅₆₇₈₉")}
_SUPERSCRIPTS = {sup: str(digit) for digit, sup in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}

_BINARY: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**",
}  # fmt: skip
_COMPARE: dict[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip


class ExpressionError(ValueError):
    """A text that is not a formula of the maths language.

    `problem` is one sentence; `line` and `column` (both from 1) say where.
    """

    def __init__(self, problem: str, line: int = 1, column: int = 1) -> None:
        self.problem, self.line, self.column = problem, line, column
        super().__init__(f"line {line}, column {column}: {problem}")


Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Number:
    """A literal. All numbers are floats, so that no text can make a huge integer."""

    value: float
    at: Place = field(default=(1, 1), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name: a variable, a hyperparameter, a state or one of `CONSTANTS`."""

    name: str
    at: Place = field(default=(1, 1), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Apply:
    """An operator (`+ - * / ** neg`), a comparison, or one of `FUNCTIONS`, applied to its arguments."""

    function: str
    arguments: tuple[Node, ...]
    at: Place = field(default=(1, 1), compare=False, repr=False)


Node = Number | Symbol | Apply


@dataclass(frozen=True, slots=True)
class Assignment:
    """One line of a program: `name = expression`, in `text` as typed but for Greek letters' names."""

    name: str
    expression: Node
    text: str


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, in reading order."""
    yield node
    if isinstance(node, Apply):
        for argument in node.arguments:
            yield from walk(argument)


def names(node: Node) -> list[str]:
    """The names read in an expression, each once, in reading order; constants are left out."""
    read = (n.name for n in walk(node) if isinstance(n, Symbol) and n.name not in CONSTANTS)
    return list(dict.fromkeys(read))


def parse(text: str) -> Node:
    """The tree of one expression, e.g. `parse("(1 - x)**2")`.

    Raises ExpressionError for everything that is not arithmetic, a name or a listed function.
    """
    if not text.strip():
        raise ExpressionError("the formula is empty")
    if "\n" in text.strip():
        raise ExpressionError("a formula is one line", 2, 1)
    return _Reader(text, 1).expression()


def parse_program(text: str) -> tuple[Assignment, ...]:
    """The lines `name = expression` of a rule; empty lines and `#` comments are skipped."""
    lines = text.splitlines()
    if len(lines) > MAX_LINES:
        raise ExpressionError(f"a rule has at most {MAX_LINES} lines", MAX_LINES + 1)
    program = []
    for number, line in enumerate(lines, start=1):
        code = line.split("#", 1)[0]
        if code.strip():
            program.append(_Reader(code, number).assignment())
    if not program:
        raise ExpressionError("the rule is empty")
    return tuple(program)


class _Reader:
    """One line of text on its way to a tree; keeps the map from parsed columns to typed ones."""

    def __init__(self, text: str, line: int) -> None:
        self.text, self.line, self.nodes = text, line, 0
        if len(text) > MAX_LENGTH:
            self.refuse(f"too long: at most {MAX_LENGTH} characters", MAX_LENGTH)
        for index, letter in enumerate(text):
            if not letter.isprintable() and letter not in _SPELLINGS:
                self.refuse("contains a character that is not part of a formula", index)
        for found in re.finditer(r"√(?!\s*\()", text):
            self.refuse("write the root with brackets: √(…)", found.start())
        self.code, self.columns = spelled_columns(*_respell(text))
        self._check_brackets()

    def refuse(self, problem: str, column: int = 0) -> None:
        raise ExpressionError(problem, self.line, column + 1)

    def expression(self) -> Node:
        tree = self._python(self.code, "eval")
        assert isinstance(tree, ast.Expression)
        return self._checked(tree.body)

    def assignment(self) -> Assignment:
        tree = self._python(self.code.strip(), "exec", len(self.code) - len(self.code.lstrip()))
        assert isinstance(tree, ast.Module)
        statement = tree.body[0] if len(tree.body) == 1 else None
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            self.refuse("each line reads: name = expression")
        assert isinstance(statement, ast.Assign)
        target = statement.targets[0]
        if not isinstance(target, ast.Name):
            self.refuse("the left of = is one name")
        assert isinstance(target, ast.Name)
        if target.id in CONSTANTS or target.id in FUNCTIONS:
            self.refuse(f"{quoted(target.id)} already has a meaning and cannot be assigned")
        return Assignment(target.id, self._checked(statement.value), spelled(self.text.strip()))

    def _check_brackets(self) -> None:
        depth = 0
        for index, letter in enumerate(self.text):
            if letter in "([{":
                depth += 1
                if depth > MAX_BRACKETS:
                    self.refuse(f"more than {MAX_BRACKETS} brackets inside each other", index)
            elif letter in ")]}":
                depth -= 1

    def _python(self, code: str, mode: str, indent: int = 0) -> ast.AST:
        self.indent = indent
        # Leading blanks would be an indentation error; the columns are shifted back in `_place`.
        if mode == "eval":
            self.indent = len(code) - len(code.lstrip())
            code = code.strip()
        self.parsed = code
        try:
            return ast.parse(code, mode=mode)
        except SyntaxError as error:
            column = self._typed(max((error.offset or 1) - 1, 0))
            self.refuse(_plain(error, code), column)
        except (RecursionError, MemoryError):
            self.refuse("too deeply nested")
        except ValueError:
            self.refuse("contains a character that cannot be read")
        raise AssertionError

    def _typed(self, index: int) -> int:
        """The column in the typed text of a character of the parsed one."""
        index = min(index + self.indent, len(self.columns) - 1)
        return self.columns[index] if self.columns else 0

    def _place(self, node: ast.expr) -> Place:
        # Python counts UTF-8 bytes, people count letters.
        index = len(self.parsed.encode()[: node.col_offset].decode(errors="ignore"))
        return self.line, self._typed(index) + 1

    def _checked(self, node: ast.expr) -> Node:
        try:
            tree = self._convert(node, 0)
        except RecursionError:
            self.refuse("too deeply nested")
            raise AssertionError from None
        _check_constants(tree)
        return tree

    def _convert(self, node: ast.expr, depth: int, comparison: bool = False) -> Node:
        self.nodes += 1
        at = self._place(node)
        if depth > MAX_DEPTH:
            raise ExpressionError("too deeply nested", *at)
        if self.nodes > MAX_NODES:
            raise ExpressionError(f"too long: more than {MAX_NODES} operations", *at)
        match node:
            case ast.Constant(value=bool() as value):
                raise ExpressionError(f"“{value}” is not a number", *at)
            case ast.Constant(value=int() | float() as value):
                return self._number(value, at)
            case ast.Constant():
                raise ExpressionError("only numbers are allowed here, no texts", *at)
            case ast.Name(id=name):
                if name in FUNCTIONS:
                    raise ExpressionError(f"“{name}” is a function: write {name}(…)", *at)
                return Symbol(name, at)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Apply("neg", (self._convert(operand, depth + 1),), at)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self._convert(operand, depth + 1)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
                sides = (self._convert(left, depth + 1), self._convert(right, depth + 1))
                return Apply(_BINARY[type(op)], sides, at)
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARE:
                if not comparison:
                    raise ExpressionError("a comparison belongs in where(condition, value, otherwise)", *at)
                sides = (self._convert(left, depth + 1), self._convert(right, depth + 1))
                return Apply(_COMPARE[type(op)], sides, at)
            case ast.Call():
                return self._call(node, depth, at)
        raise ExpressionError(f"{_what(node)} not allowed in a formula", *at)

    def _number(self, value: float, at: Place) -> Number:
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise ExpressionError("the number is too large", *at)
        return Number(number, at)

    def _call(self, node: ast.Call, depth: int, at: Place) -> Apply:
        if not isinstance(node.func, ast.Name):
            raise ExpressionError("only the listed functions can be called", *at)
        name = _ALIASES.get(node.func.id, node.func.id)
        if name not in FUNCTIONS:
            listed = ", ".join(f for f in FUNCTIONS if f not in RULE_ONLY)
            hint = " (write 2*(…) to multiply)" if len(name) == 1 else f"; there are {listed}"
            raise ExpressionError(f"there is no function {quoted(name)}{hint}", *at)
        count = FUNCTIONS[name]
        if node.keywords or len(node.args) != count:
            plural = "argument" if count == 1 else "arguments"
            raise ExpressionError(f"{name} takes {count} {plural}", *at)
        if name == "where" and not isinstance(node.args[0], ast.Compare):
            raise ExpressionError("where begins with a comparison, e.g. where(x > 0, x, -x)", *at)
        arguments = tuple(
            self._convert(a, depth + 1, comparison=name == "where" and i == 0) for i, a in enumerate(node.args)
        )
        return Apply(name, arguments, at)


def _respell(text: str) -> tuple[str, list[int]]:
    """The text in Python's spelling, and for each of its characters the column it was typed in."""
    code: list[str] = []
    columns: list[int] = []
    raised = False
    for index, letter in enumerate(text):
        if letter in _SUPERSCRIPTS:
            new = _SUPERSCRIPTS[letter] if raised else "**" + _SUPERSCRIPTS[letter]
            raised = True
        else:
            raised = False
            new = _SPELLINGS.get(letter, letter.translate(_SUBSCRIPTS))
        code.append(new)
        columns.extend([index] * len(new))
    return "".join(code), columns


def _check_constants(tree: Node) -> None:
    """Refuse what is wrong before any variable is known: 1/0, 9**9**9, x**1000."""
    from engine.expressions.compile import constant_value

    def check(node: Node) -> float | None:
        if isinstance(node, Number):
            return node.value
        if isinstance(node, Symbol):
            return CONSTANTS.get(node.name)
        values = [check(argument) for argument in node.arguments]
        if node.function == "**" and values[1] is not None and abs(values[1]) > MAX_EXPONENT:
            raise ExpressionError(f"the exponent is larger than {MAX_EXPONENT:g}", *node.at)
        if node.function in COMPARISONS or any(v is None for v in values):
            return None
        value = constant_value(node)
        if not math.isfinite(value):
            raise ExpressionError("this part is not a finite number", *node.at)
        return value

    check(tree)


def _plain(error: SyntaxError, code: str) -> str:
    """Python's complaint, in a student's words."""
    message = error.msg or ""
    if re.search(r"\d\s*[^\W\d]", code) and ("decimal literal" in message or "invalid syntax" in message):
        return "write the multiplication: 2*x, not 2x"
    if "was never closed" in message or "unexpected EOF" in message:
        return "a bracket is not closed"
    if "unmatched" in message:
        return "a closing bracket has no opening one"
    if "does not match" in message:
        return "the brackets do not match"
    if "non-printable" in message or "invalid character" in message or "null byte" in message:
        return "contains a character that is not part of a formula"
    return "this is not a complete formula"


def _what(node: ast.expr) -> str:
    kinds = {
        ast.Attribute: "a dot between names is",
        ast.Subscript: "square brackets are",
        ast.BoolOp: "and/or are",
        ast.Compare: "chained comparisons are",
        ast.IfExp: "if/else (use where) is",
        ast.NamedExpr: "an assignment inside is",
        ast.BinOp: "this operator is",
        ast.UnaryOp: "this operator is",
        ast.Tuple: "a list of values is",
        ast.List: "a list of values is",
    }
    return kinds.get(type(node), "this is")
