"""A race as a script to run elsewhere: the same formulas, written out for NumPy or PyTorch."""

from __future__ import annotations

import builtins
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from engine.expressions import CONSTANTS, Apply, Assignment, Node, parse, walk
from engine.expressions.python_text import identifier, number_text, python_text, reads
from engine.losses import Loss
from engine.optimizers import Optimizer
from engine.quoting import in_script
from engine.scene import Scene

TAKEN = frozenset(
    "np torch math loss gradient hessian solver solve float32 root path steps start race STEPS START w x y t g".split()
) | frozenset(dir(builtins))
LONGEST_FUNCTION = 40  # characters of its name
_MATH = {"abs": "abs", "arctan": "math.atan", "maximum": "max", "minimum": "min", "sqrt": "root"}

# torch.optim's class for a method in PyTorch's convention: its arguments and what they are called here.
_TORCH = {
    "gradient_descent": ("SGD", {"lr": "learning_rate"}, ""),
    "momentum": ("SGD", {"lr": "learning_rate", "momentum": "momentum"}, ""),
    "nesterov": ("SGD", {"lr": "learning_rate", "momentum": "momentum"}, ", nesterov=True"),
    "adagrad": ("Adagrad", {"lr": "learning_rate", "eps": "epsilon"}, ""),
    "adadelta": ("Adadelta", {"lr": "learning_rate", "rho": "decay", "eps": "epsilon"}, ""),
    "rmsprop": ("RMSprop", {"lr": "learning_rate", "alpha": "decay", "eps": "epsilon"}, ""),
    "adam": ("Adam", {"lr": "learning_rate", "betas": "beta1 beta2", "eps": "epsilon"}, ""),
    "adamw": (
        "AdamW",
        {"lr": "learning_rate", "betas": "beta1 beta2", "eps": "epsilon", "weight_decay": "weight_decay"},
        "",
    ),
    "amsgrad": ("Adam", {"lr": "learning_rate", "betas": "beta1 beta2", "eps": "epsilon"}, ", amsgrad=True"),
    "nadam": (
        "NAdam",
        {"lr": "learning_rate", "betas": "beta1 beta2", "eps": "epsilon", "momentum_decay": "momentum_decay"},
        "",
    ),
    "radam": ("RAdam", {"lr": "learning_rate", "betas": "beta1 beta2", "eps": "epsilon"}, ""),
    "adamax": ("Adamax", {"lr": "learning_rate", "betas": "beta1 beta2", "eps": "epsilon"}, ""),
    "rprop": (
        "Rprop",
        {"lr": "learning_rate", "etas": "decrease increase", "step_sizes": "smallest_step largest_step"},
        "",
    ),
}


def numpy_script(scene: Scene) -> str:
    """A script that needs NumPy only: the loss, its gradient, every rule as it is shown, the same paths.

    Run, it prints where each racer ends; imported, `paths` holds every path, (steps + 1, 2). Raises ValueError
    for a scene that cannot be built.
    """
    return "\n".join(_Script(scene, "NumPy").lines()) + "\n"


def pytorch_script(scene: Scene) -> str:
    """The same for PyTorch: torch.optim's own classes for racers in PyTorch's convention, the rule with tensors
    for the others; all gradients by autograd. Raises ValueError for a scene that cannot be built."""
    return "\n".join(_Script(scene, "PyTorch").lines()) + "\n"


class _Script:
    """Writes one script, top to bottom."""

    def __init__(self, scene: Scene, library: str) -> None:
        self.scene, self.library = scene, library
        self.loss: Loss = scene.loss.loss()
        if not self.loss.has_formula:
            raise ValueError("A picture or a drawing has no formula that a script could hold.")
        self.racers = [racer.build() for racer in scene.racers if racer.on]
        self.torch = library == "PyTorch"
        self.rules: dict[tuple[str, str], str] = {}  # name and rule of a method → its function
        constants = {identifier(symbol, TAKEN) for symbol in self.loss.constants}
        for racer in self.racers:
            if not self._class_of(racer):
                key = (racer.name, racer.rule.text)
                taken = TAKEN.union(self.rules.values(), constants)
                self.rules.setdefault(key, identifier(_snake(_name(racer)), taken))

    def lines(self) -> Iterator[str]:
        title = f"{self.scene.title}: {self.loss.name}, {len(self.racers)} racers."
        yield f'"""{in_script(title)} Made with Stepscope, needs {self.library}."""'
        for line in self._left_out():
            yield f"# {in_script(line)}"
        yield ""
        if self.torch:
            yield "import math"
            yield ""
            yield "import torch"
            yield ""
            yield "torch.set_default_dtype(torch.float64)"
        else:
            yield "import numpy as np"
            yield ""
            yield 'np.seterr(all="ignore")  # what diverges becomes inf or nan'
        yield ""
        yield f"STEPS = {self.scene.steps}"
        yield f"START = {'torch.tensor' if self.torch else 'np.array'}({[float(value) for value in self.scene.start]})"
        for symbol, value in self.loss.constants.items():
            yield f"{identifier(symbol, TAKEN)} = {number_text(value)}"
        yield from self._loss()
        yield from self._gradient()
        yield from self._helpers()
        done: set[str] = set()
        for racer in self.racers:
            name = self.rules.get((racer.name, racer.rule.text), "")
            if name and name not in done:
                done.add(name)
                yield from self._rule(racer, name)
        if self.torch and any(self._class_of(racer) for racer in self.racers):
            yield from _TORCH_RACE
        yield from self._end()

    def _left_out(self) -> Iterator[str]:
        """What the scene shows beside the races themselves."""
        chosen = [racer for racer in self.scene.racers if racer.on]
        for racer, choice in zip(self.racers, chosen, strict=True):
            if choice.branch is not None:
                yield f"Left out: what if {racer.name} went on with other values from step {choice.branch.step}."
            if choice.crowd is not None:
                yield f"Left out: {racer.name} from {choice.crowd.count} other starts."
        if self.scene.fair == "gradients":
            yield "Left out: equal cost. Here every racer makes all its steps, however many gradients they take."

    # The loss.

    def _loss(self) -> Iterator[str]:
        yield from ("", "", "def loss(x, y):")
        tree = parse(self.loss.formula)
        text = self._text(tree, frozenset("xy"))
        if self.torch and not reads(tree, frozenset("xy")):
            text = f"0*x + {text}"  # autograd needs a tensor
        yield f"    return {text}"

    def _gradient(self) -> Iterator[str]:
        yield from ("", "", "def gradient(w):")
        if self.torch:
            yield "    w = w.detach().requires_grad_()"
            yield "    (g,) = torch.autograd.grad(loss(w[0], w[1]), w)"
            yield "    return g"
            return
        yield "    x, y = w"
        yield from self._lines(self.loss.program, "return np.array([{gx}, {gy}], dtype=float)")

    def _helpers(self) -> Iterator[str]:
        """Functions of the rules that neither library has."""
        own = [racer.rule for racer in self.racers if not self._class_of(racer)]
        used = {node.function for rule in own for line in rule.program for node in walk(line.expression)
                if isinstance(node, Apply)}  # fmt: skip
        if "float32" in used:
            made = "torch.tensor(value, dtype=torch.float32).item()" if self.torch else "float(np.float32(value))"
            yield from ("", "", "def float32(value):", f"    return {made}")
        if self.torch and "sqrt" in used:
            yield from ("", "", "def root(value):", "    return math.sqrt(value) if value >= 0 else math.nan")
        if "solve" in used:
            yield from self._hessian()
            yield from (
                "", "", "def solver(w):", '    """The function (v, λ) → (H + λI)⁻¹v, with the Hessian H at w."""',
                "    xx, xy, yy = hessian(w)", "", "    def solve(v, damping):",
                "        a, b = xx + damping, yy + damping",
                f"        return {'torch.stack' if self.torch else 'np.array'}"
                "([b*v[0] - xy*v[1], a*v[1] - xy*v[0]])/(a*b - xy*xy)",
                "", "    return solve",
            )  # fmt: skip

    def _hessian(self) -> Iterator[str]:
        yield from ("", "", "def hessian(w):")
        if self.torch:
            yield "    h = torch.autograd.functional.hessian(lambda w: loss(w[0], w[1]), w.detach())"
            yield "    return h[0, 0], h[0, 1], h[1, 1]"
            return
        yield "    x, y = w"
        yield from self._lines(self.loss.slopes, "return {gx__x}, {gx__y}, {gy__y}")

    def _lines(self, program: Sequence[Assignment], end: str) -> Iterator[str]:
        """Lines from x and y, and what is returned of them."""
        known, own = frozenset("xy"), dict[str, str]()
        for line in program:
            own[line.name] = identifier(line.name, TAKEN - {"g"})
            yield f"    {own[line.name]} = {self._text(line.expression, known, own)}"
            known |= {line.name}
        yield "    " + end.format(**own)

    # The rules.

    def _rule(self, racer: Optimizer, function: str) -> Iterator[str]:
        rule = racer.rule
        names = {name: identifier(name, TAKEN) for name in (*rule.assigned, *rule.hyperparameters)} | {"w": "w"}
        settings = ", ".join(names[symbol] for symbol in rule.hyperparameters)
        yield from ("", "", f"def {function}(w, steps{', ' * bool(settings)}{settings}):")
        convention = {"pytorch": "PyTorch"}.get(racer.convention, racer.convention)
        source = f" ({racer.source})" if racer.source else ""
        yield f'    """{in_script(f"{racer.name}, {convention} convention.{source}")}"""'
        for name in rule.state:
            first = dict(rule.initial).get(name, 0.0)
            made = number_text(first)
            if name in rule.vectors:
                made = f"torch.full_like(w, {made})" if self.torch else f"np.full(2, {number_text(first)}, dtype=float)"
                if first == 0:
                    made = "torch.zeros_like(w)" if self.torch else "np.zeros(2)"
            yield f"    {names[name]} = {made}"
        yield "    path = [w]"
        yield "    for t in range(1, steps + 1):"
        if rule.uses_g:
            yield "        g = gradient(w)"
        if rule.uses_hessian:
            yield "        solve = solver(w)"
        for line in rule.program:
            yield f"        {names[line.name]} = {self._line(line, rule.vectors, names)}"
        yield "        path.append(w)"
        yield "    return torch.stack(path)" if self.torch else "    return np.array(path)"

    def _line(self, line: Assignment, vectors: frozenset[str], names: Mapping[str, str]) -> str:
        return self._text(line.expression, vectors, names)

    def _text(self, node: Node, tensors: frozenset[str], names: Mapping[str, str] | None = None) -> str:
        """`tensors`: the names that are arrays or tensors; what is made of others is plain numbers."""
        known = names or {}

        def name(symbol: str) -> str:
            if symbol in CONSTANTS and symbol not in known:
                return ("math." if self.torch else "np.") + ("e" if symbol == "e" else "pi")
            return known.get(symbol) or identifier(symbol, TAKEN - frozenset("xywtg"))

        def function(called: str, call: Apply) -> str:
            if called == "grad":
                return "gradient"
            if called in ("solve", "float32"):
                return called
            if called == "norm":
                return "torch.linalg.norm" if self.torch else "np.linalg.norm"
            if not self.torch:
                return f"np.{called}"
            if called == "sign":
                return "torch.sign" if reads(call, tensors) else "(lambda v: (v > 0) - (v < 0))"
            if not reads(call, tensors):
                plain = {"where": "(lambda c, a, b: a if c else b)"} | _MATH
                return plain.get(called, f"math.{called}")
            if called == "where":
                return "(lambda c, a, b: torch.where(*map(torch.as_tensor, (c, a, b))))"
            if called in ("maximum", "minimum") and not all(reads(part, tensors) for part in call.arguments):
                return f"(lambda a, b: torch.{called}(torch.as_tensor(a), torch.as_tensor(b)))"
            return f"torch.{called}"

        return python_text(node, name, function)

    # The race itself.

    def _class_of(self, racer: Optimizer) -> str:
        """torch.optim's class with its arguments, where it computes the racer's rule; otherwise empty."""
        if not self.torch or racer.key not in _TORCH or racer.rule != racer.as_pytorch().rule:
            return ""
        if racer.schedule is not None or racer.clipping is not None:
            return ""  # its own lines say what happens
        if racer.key == "nesterov" and racer.values["momentum"] == 0:
            return ""  # torch.optim refuses it
        kind, arguments, more = _TORCH[racer.key]
        given = []
        for argument, wanted in arguments.items():
            values = [number_text(racer.values[name]) for name in wanted.split()]
            given.append(f"{argument}={values[0] if len(values) == 1 else '(' + ', '.join(values) + ')'}")
        return f"lambda w: torch.optim.{kind}([w], {', '.join(given)}{more})"

    def _end(self) -> Iterator[str]:
        yield from ("", "", "paths = {" if self.racers else "paths = {}")
        labels = _labels(self.racers)
        for racer, label in zip(self.racers, map(in_script, labels), strict=True):
            made = self._class_of(racer)
            if made:
                yield f'    "{label}": race({made}, STEPS),'
                continue
            taken = {name: identifier(name, TAKEN) for name in racer.rule.hyperparameters}
            values = "".join(f", {taken[s]}={number_text(racer.symbols[s])}" for s in racer.rule.hyperparameters)
            function = self.rules[racer.name, racer.rule.text]
            yield f'    "{label}": {function}(START, STEPS{values}),'
        if self.racers:
            yield "}"
        yield ""
        yield 'if __name__ == "__main__":'
        yield "    for name, path in paths.items():"
        yield "        x, y = path[-1]"
        yield '        print(f"{name}: after {len(path) - 1} steps at ({x:.6g}, {y:.6g}), loss {loss(x, y):.6g}")'


_TORCH_RACE = '''

def race(make, steps):
    """The path of one of torch.optim's optimizers; `make` makes it for the weights."""
    w = START.clone().requires_grad_()
    optimizer = make(w)
    path = [w.detach().clone()]
    for t in range(1, steps + 1):
        optimizer.zero_grad()
        loss(w[0], w[1]).backward()
        optimizer.step()
        path.append(w.detach().clone())
    return torch.stack(path)'''.splitlines()


def _name(racer: Optimizer) -> str:
    """The method, with its convention where that makes a difference."""
    differs = racer.convention == "pytorch" and racer.pytorch is not None
    return f"{racer.name} PyTorch" if differs else racer.name


def _snake(name: str) -> str:
    """A name as one of Python's: in the letters that Python itself would read instead of others (NFKC)."""
    letters = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).lower())
    kept = "".join(letter if f"_{letter}".isidentifier() else "_" for letter in letters).strip("_")
    kept = kept[:LONGEST_FUNCTION]
    return kept if kept[:1].isidentifier() else f"rule_{kept}"


def _labels(racers: list[Optimizer]) -> list[str]:
    """A name for each racer; those that would be called alike are numbered."""
    names = [_name(racer) for racer in racers]
    return [
        f"{name} {names[: place + 1].count(name)}" if names.count(name) > 1 else name
        for place, name in enumerate(names)
    ]
