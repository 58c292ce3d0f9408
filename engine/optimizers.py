"""The built-in optimizers: each a rule in the maths language and the hyperparameters it names.

Rules stand in the textbook convention; `pytorch` holds the same method as torch.optim computes it, where
that differs (ε outside the root; Nesterov following the look-ahead point). To add one, add one block.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from engine.method import BETA1, BETA2, DECAY, MOMENTUM, Optimizer, epsilon, rate, share, weight_decay
from engine.parameters import Parameter
from engine.rules import Rule

__all__ = ["OPTIMIZERS", "Optimizer"]

_BLOCKS = (
    Optimizer(
        key="gradient_descent",
        name="Gradient descent",
        rule=Rule("w = w - η*g"),
        parameters=(rate(0.01),),
        summary="Step against the gradient.",
        source="Cauchy 1847",
    ),
    Optimizer(
        key="momentum",
        name="Momentum",
        rule=Rule("a = β*a + g\nw = w - η*a"),
        parameters=(rate(0.01), MOMENTUM),
        summary="Gradients add up to a velocity that keeps going through a shaking gradient.",
        source="Polyak 1964, Some methods of speeding up the convergence of iteration methods",
    ),
    Optimizer(
        key="nesterov",
        name="Nesterov",
        rule=Rule("u = w - η*β*a\na = β*a + grad(u)\nw = w - η*a"),
        pytorch=Rule("a = β*a + g\nw = w - η*(g + β*a)"),
        parameters=(rate(0.01), MOMENTUM),
        summary="Momentum that takes its gradient where the velocity is about to carry it.",
        source="Nesterov 1983; Sutskever et al. 2013, eqs. 3–4",
    ),
    Optimizer(
        key="adagrad",
        name="Adagrad",
        rule=Rule("G = G + g**2\nw = w - η/sqrt(G + ε) * g"),
        pytorch=Rule("G = G + g**2\nw = w - η/(sqrt(G) + ε) * g"),
        parameters=(rate(0.1), epsilon(1e-8)),
        summary="Each axis is slowed by all the gradient it has seen, so its steps shrink for ever.",
        source="Duchi, Hazan, Singer 2011, eq. 1",
    ),
    Optimizer(
        key="adadelta",
        name="Adadelta",
        rule=Rule("G = γ*G + (1 - γ)*g**2\nΔ = sqrt(H + ε)/sqrt(G + ε) * g\nH = γ*H + (1 - γ)*Δ**2\nw = w - η*Δ"),
        parameters=(
            rate(1.0),
            share("γ", "decay", 0.9, "Memory of the squared gradients and of the squared steps."),
            epsilon(1e-6),
        ),
        summary="Steps as long as the recent steps were, so it needs hardly any learning rate.",
        source="Zeiler 2012, algorithm 1",
    ),
    Optimizer(
        key="rmsprop",
        name="RMSprop",
        rule=Rule("G = γ*G + (1 - γ)*g**2\nw = w - η/sqrt(G + ε) * g"),
        pytorch=Rule("G = γ*G + (1 - γ)*g**2\nw = w - η/(sqrt(G) + ε) * g"),
        parameters=(rate(0.01), DECAY, epsilon(1e-8)),
        summary="Adagrad that forgets: each axis is scaled by its recent gradients only.",
        source="Hinton 2012, Neural Networks for Machine Learning, lecture 6e",
    ),
    Optimizer(
        key="adam",
        name="Adam",
        rule=Rule(
            "m = β1*m + (1 - β1)*g\nv = β2*v + (1 - β2)*g**2\nw = w - η/sqrt(v + ε) * sqrt(1 - β2**t)/(1 - β1**t) * m"
        ),
        pytorch=Rule(
            "m = β1*m + (1 - β1)*g\nv = β2*v + (1 - β2)*g**2\nw = w - η/(1 - β1**t) * m/(sqrt(v)/sqrt(1 - β2**t) + ε)"
        ),
        parameters=(rate(0.05), BETA1, BETA2, epsilon(1e-8)),
        summary="Momentum and a scale for each axis, both corrected for having started at zero.",
        source="Kingma and Ba 2015, algorithm 1 and section 2",
    ),
    Optimizer(
        key="adamw",
        name="AdamW",
        rule=Rule(
            "m = β1*m + (1 - β1)*g\nv = β2*v + (1 - β2)*g**2\n"
            "w = w - η/sqrt(v + ε) * sqrt(1 - β2**t)/(1 - β1**t) * m - η*λ*w"
        ),
        pytorch=Rule(
            "m = β1*m + (1 - β1)*g\nv = β2*v + (1 - β2)*g**2\n"
            "w = w - η*λ*w - η/(1 - β1**t) * m/(sqrt(v)/sqrt(1 - β2**t) + ε)"
        ),
        parameters=(rate(0.05), BETA1, BETA2, epsilon(1e-8), weight_decay(0.01)),
        summary="Adam whose weights also shrink by themselves, unscaled by the gradient's size.",
        source="Loshchilov and Hutter 2019, algorithm 2",
    ),
    Optimizer(
        key="amsgrad",
        name="AMSGrad",
        rule=Rule(
            "m = β1*m + (1 - β1)*g\nv = β2*v + (1 - β2)*g**2\nv_hat = maximum(v_hat, v)\nw = w - η/sqrt(v_hat + ε) * m"
        ),
        pytorch=Rule(
            "m = β1*m + (1 - β1)*g\nv = β2*v + (1 - β2)*g**2\n"
            "v_hat = maximum(v_hat, v)\nw = w - η/(1 - β1**t) * m/(sqrt(v_hat)/sqrt(1 - β2**t) + ε)"
        ),
        parameters=(rate(0.05), BETA1, BETA2, epsilon(1e-8)),
        summary="Adam that never forgets its largest mean square, so that its steps cannot grow again.",
        source="Reddi, Kale and Kumar 2018, algorithm 2",
    ),
    Optimizer(
        key="nadam",
        name="NAdam",
        rule=Rule(
            "μ = β1*(1 - 0.96**(ψ*t)/2)\nμ_next = β1*(1 - 0.96**(ψ*(t + 1))/2)\nP = P*μ\n"
            "m = β1*m + (1 - β1)*g\nv = β2*v + (1 - β2)*g**2\n"
            "w = w - η/sqrt(v/(1 - β2**t) + ε) * (μ_next*m/(1 - P*μ_next) + (1 - μ)*g/(1 - P))",
            initial=(("P", 1.0),),
        ),
        pytorch=Rule(
            "μ = β1*(1 - 0.96**(ψ*t)/2)\nμ_next = β1*(1 - 0.96**(ψ*(t + 1))/2)\nP = float32(P*float32(μ))\n"
            "m = β1*m + (1 - β1)*g\nv = β2*v + (1 - β2)*g**2\n"
            "w = w - η/(sqrt(v/(1 - β2**t)) + ε) * (μ_next*m/(1 - P*μ_next) + (1 - μ)*g/(1 - P))",
            initial=(("P", 1.0),),
        ),
        parameters=(
            rate(0.02),
            BETA1,
            BETA2,
            epsilon(1e-8),
            Parameter(
                "ψ",
                "momentum_decay",
                0.004,
                0.0,
                0.1,
                False,
                "How fast the momentum grows from half of β1 to all of it.",
            ),
        ),
        summary="Adam with Nesterov's momentum: the newest gradient counts at once.",
        source="Dozat 2016, Incorporating Nesterov momentum into Adam, algorithm 2",
    ),
    Optimizer(
        key="radam",
        name="RAdam",
        rule=Rule(
            "m = β1*m + (1 - β1)*g\nv = β2*v + (1 - β2)*g**2\n"
            "ρ_inf = 2/(1 - β2) - 1\nρ = ρ_inf - 2*t*β2**t/(1 - β2**t)\n"
            "a = (ρ_inf - 4)*(ρ_inf - 2)/ρ_inf\nr = where(ρ > 4, sqrt((ρ - 4)*(ρ - 2)/ρ/a), 0)\n"
            "w = w - η/(1 - β1**t) * where(ρ > 4, r*sqrt(1 - β2**t)/sqrt(v + ε), 1) * m"
        ),
        pytorch=Rule(
            "m = β1*m + (1 - β1)*g\nv = β2*v + (1 - β2)*g**2\n"
            "ρ_inf = 2/(1 - β2) - 1\nρ = ρ_inf - 2*t*β2**t/(1 - β2**t)\n"
            "a = (ρ_inf - 4)*(ρ_inf - 2)/ρ_inf\nr = where(ρ > 5, sqrt((ρ - 4)*(ρ - 2)/ρ/a), 0)\n"
            "w = w - η/(1 - β1**t) * where(ρ > 5, r*sqrt(1 - β2**t)/(sqrt(v) + ε), 1) * m"
        ),
        parameters=(rate(0.02), BETA1, BETA2, epsilon(1e-8)),
        summary="Adam that trusts its scale only once enough gradients have been seen: a warm-up of its own.",
        source="Liu et al. 2020, On the variance of the adaptive learning rate, algorithm 2",
    ),
    Optimizer(
        key="adamax",
        name="AdaMax",
        rule=Rule("m = β1*m + (1 - β1)*g\nu = maximum(β2*u, abs(g))\nw = w - η/(1 - β1**t) * m/(u + ε)"),
        pytorch=Rule("m = β1*m + (1 - β1)*g\nu = maximum(β2*u, abs(g) + ε)\nw = w - η/(1 - β1**t) * m/u"),
        parameters=(
            rate(0.05),
            BETA1,
            share("β2", "beta2", 0.999, "How slowly the largest gradient is forgotten."),
            epsilon(1e-8),
        ),
        summary="Adam scaled by the largest recent gradient instead of the mean square.",
        source="Kingma and Ba 2015, algorithm 2",
    ),
    Optimizer(
        key="rprop",
        name="Rprop",
        rule=Rule(
            "d = where(t <= 1, η, d)\ns = sign(g*h)\n"
            "d = minimum(where(s > 0, η_plus*d, d), b)\nd = maximum(where(s < 0, η_minus*d, d), a)\n"
            "h = where(s < 0, 0, g)\nw = w - d*sign(h)"
        ),
        parameters=(
            rate(0.01),
            Parameter("η_plus", "increase", 1.2, 1.0, 2.0, False, "The step grows by this while the sign stays.", 1.0),
            share("η_minus", "decrease", 0.5, "The step shrinks by this when the sign changes: a minimum was passed."),
            Parameter("a", "smallest_step", 1e-6, 1e-12, 1e-2, True, "No step is shorter, on either axis."),
            Parameter("b", "largest_step", 50.0, 1e-2, 100.0, True, "No step is longer, on either axis."),
        ),
        summary="Looks at the gradient's sign only: each axis has a step that grows until the sign changes.",
        source="Riedmiller and Braun 1993; without stepping back: Igel and Hüsken 2003, iRprop−",
    ),
    Optimizer(
        key="qhm",
        name="QHM",
        rule=Rule("a = β*a + (1 - β)*g\nw = w - η*((1 - ν)*g + ν*a)"),
        parameters=(
            rate(0.05),
            share("β", "momentum", 0.99, "Memory of the mean gradient: about 1/(1 − β) steps."),
            share(
                "ν", "immediate_discount", 0.7, "The mean's part in the step: 0 is gradient descent, near 1 momentum."
            ),
        ),
        summary="A blend of the plain gradient and of a very long memory of it.",
        source="Ma and Yarats 2019, Quasi-hyperbolic momentum, section 3",
    ),
    Optimizer(
        key="adabelief",
        name="AdaBelief",
        rule=Rule(
            "m = β1*m + (1 - β1)*g\ns = β2*s + (1 - β2)*(g - m)**2 + ε\n"
            "w = w - η/(1 - β1**t) * m/(sqrt(s/(1 - β2**t)) + ε)"
        ),
        parameters=(
            rate(0.05),
            BETA1,
            share("β2", "beta2", 0.999, "Memory of the mean squared surprise: about 1/(1 − β2) steps."),
            epsilon(1e-8),
        ),
        summary="Adam scaled by how far gradients stray from their mean: long steps where they agree.",
        source="Zhuang et al. 2020, algorithm 2",
    ),
    Optimizer(
        key="yogi",
        name="Yogi",
        rule=Rule("m = β1*m + (1 - β1)*g\nv = v - (1 - β2)*sign(v - g**2)*g**2\nw = w - η*m/(sqrt(v) + ε)"),
        parameters=(
            rate(0.01),
            BETA1,
            share("β2", "beta2", 0.999, "How slowly the scale follows the squared gradient."),
            epsilon(1e-3),
        ),
        summary="Adam whose scale falls slowly after a large gradient, so that its steps do not jump up.",
        source="Zaheer et al. 2018, Adaptive methods for nonconvex optimization, algorithm 2",
    ),
    Optimizer(
        key="lion",
        name="Lion",
        rule=Rule("u = sign(β1*m + (1 - β1)*g)\nm = β2*m + (1 - β2)*g\nw = w - η*(u + λ*w)"),
        parameters=(
            rate(0.02),
            share("β1", "beta1", 0.9, "The memory's part in the sign that is taken."),
            share("β2", "beta2", 0.99, "Memory of the mean gradient: about 1/(1 − β2) steps."),
            weight_decay(0.0),
        ),
        summary="The sign of the momentum: steps of one length on both axes, whatever the slope.",
        source="Chen et al. 2023, Symbolic discovery of optimization algorithms, algorithm 2",
    ),
    Optimizer(
        key="signsgd",
        name="SignSGD",
        rule=Rule("w = w - η*sign(g)"),
        parameters=(rate(0.02),),
        summary="A step of the same length on both axes, whatever the slope.",
        source="Bernstein et al. 2018, algorithm 1",
    ),
    Optimizer(
        key="newton",
        name="Newton",
        rule=Rule("w = w - η*solve(g, 0)"),
        parameters=(rate(1.0),),
        summary="Jumps to where the local parabola is flat: a minimum, but also a saddle or a maximum.",
        source="Newton 1669, Simpson 1740; Nocedal and Wright 2006, section 3.3",
    ),
    Optimizer(
        key="damped_newton",
        name="Damped Newton",
        rule=Rule("w = w - η*solve(g, λ)"),
        parameters=(
            rate(1.0),
            Parameter(
                "λ",
                "damping",
                1.0,
                1e-4,
                1e4,
                True,
                "Curvature added to both axes. Large, it is gradient descent with the rate η/λ; 0 is Newton.",
            ),
        ),
        summary="Newton with curvature added, so that flat and falling directions do not throw it far.",
        source="Levenberg 1944; Nocedal and Wright 2006, section 3.4",
    ),
)

OPTIMIZERS: Mapping[str, Optimizer] = MappingProxyType({block.key: block for block in _BLOCKS})
