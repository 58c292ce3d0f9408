"""The built-in losses. To add one, add one block: formula, gradient by hand, domain, minima, start, story."""

from __future__ import annotations

from engine.losses import Loss
from engine.parameters import Parameter

BLOCKS = (
    # Bowls and ravines.
    Loss(
        key="quadratic_bowl",
        name="Quadratic bowl",
        formula="(x**2 + y**2)/2",
        gradient_program="gx = x\ngy = y",
        marked=((0.0, 0.0),),
        begin=(-4.0, 3.0),
        story="The easiest case: the gradient points straight at the minimum.",
    ),
    Loss(
        key="ill_conditioned",
        name="Ill-conditioned quadratic",
        formula="(x**2 + κ*y**2)/2",
        gradient_program="gx = x\ngy = κ*y",
        domain=((-5.0, 5.0), (-3.0, 3.0)),
        marked=((0.0, 0.0),),
        begin=(-4.0, 1.5),
        story="A ravine: the larger κ, the more the gradient points across it instead of along it.",
        parameters=(
            Parameter(
                "κ",
                "condition_number",
                20.0,
                1.0,
                1000.0,
                True,
                "The ratio of the largest to the smallest curvature.",
                least=1e-3,
            ),
        ),
    ),
    Loss(
        key="rotated_ravine",
        name="Rotated ravine",
        formula="(x + y)**2/2 + κ*(x - y)**2/2",
        gradient_program="u = x + y\nv = κ*(x - y)\ngx = u + v\ngy = u - v",
        marked=((0.0, 0.0),),
        begin=(-4.0, -2.0),
        story="The same ravine turned by 45°: scaling each axis on its own helps no longer.",
        parameters=(
            Parameter(
                "κ",
                "condition_number",
                20.0,
                1.0,
                1000.0,
                True,
                "The ratio of the largest to the smallest curvature.",
                least=1e-3,
            ),
        ),
    ),
    Loss(
        key="booth",
        name="Booth",
        formula="(x + 2*y - 7)**2 + (2*x + y - 5)**2",
        gradient_program="u = x + 2*y - 7\nv = 2*x + y - 5\ngx = 2*u + 4*v\ngy = 4*u + 2*v",
        domain=((-10.0, 10.0), (-10.0, 10.0)),
        marked=((1.0, 3.0),),
        begin=(-8.0, -6.0),
        story="A tilted bowl with one minimum.",
    ),
    Loss(
        key="matyas",
        name="Matyas",
        formula="0.26*(x**2 + y**2) - 0.48*x*y",
        gradient_program="gx = 0.52*x - 0.48*y\ngy = 0.52*y - 0.48*x",
        domain=((-10.0, 10.0), (-10.0, 10.0)),
        marked=((0.0, 0.0),),
        begin=(-9.0, -3.0),
        story="Almost flat along the diagonal: everything reaches the floor, little moves along it.",
    ),
    Loss(
        key="rosenbrock",
        name="Rosenbrock",
        formula="(1 - x)**2 + 100*(y - x**2)**2",
        gradient_program="u = y - x**2\ngx = -2*(1 - x) - 400*x*u\ngy = 200*u",
        domain=((-2.0, 2.0), (-1.0, 3.0)),
        marked=((1.0, 1.0),),
        begin=(-1.5, 2.0),
        story="A curved valley: reaching it is easy, following it to the end is not.",
        source="Rosenbrock 1960",
    ),
    Loss(
        key="beale",
        name="Beale",
        formula="(1.5 - x + x*y)**2 + (2.25 - x + x*y**2)**2 + (2.625 - x + x*y**3)**2",
        gradient_program=(
            "a = 1.5 - x + x*y\n"
            "b = 2.25 - x + x*y**2\n"
            "c = 2.625 - x + x*y**3\n"
            "gx = 2*a*(y - 1) + 2*b*(y**2 - 1) + 2*c*(y**3 - 1)\n"
            "gy = 2*a*x + 4*b*x*y + 6*c*x*y**2"
        ),
        domain=((-4.5, 4.5), (-4.5, 4.5)),
        marked=((3.0, 0.5),),
        begin=(1.0, 1.5),
        story="Steep walls around a long flat valley: one learning rate cannot suit both.",
        source="Beale 1958",
    ),
    # Several minima.
    Loss(
        key="himmelblau",
        name="Himmelblau",
        formula="(x**2 + y - 11)**2 + (x + y**2 - 7)**2",
        gradient_program=("u = x**2 + y - 11\nv = x + y**2 - 7\ngx = 4*x*u + 2*v\ngy = 2*u + 4*y*v"),
        marked=(
            (3.0, 2.0),
            (-2.805118086952745, 3.131312518250573),
            (-3.779310253377747, -3.283185991286170),
            (3.584428340330492, -1.848126526964404),
        ),
        begin=(1.2, -0.8),
        story="Four equal minima: from one start, different methods end in different ones.",
        source="Himmelblau 1972",
    ),
    Loss(
        key="styblinski_tang",
        name="Styblinski–Tang",
        formula="(x**4 - 16*x**2 + 5*x + y**4 - 16*y**2 + 5*y)/2",
        gradient_program="gx = 2*x**3 - 16*x + 2.5\ngy = 2*y**3 - 16*y + 2.5",
        marked=(
            (-2.903534027771177, -2.903534027771177),
            (-2.903534027771177, 2.746802770990837),
            (2.746802770990837, -2.903534027771177),
            (2.746802770990837, 2.746802770990837),
        ),
        begin=(0.35, 0.3),
        story="Four valleys, one of them the deepest: where a path ends depends on where it begins.",
        source="Styblinski and Tang 1990",
    ),
    Loss(
        key="six_hump_camel",
        name="Six-hump camel",
        formula="(4 - 2.1*x**2 + x**4/3)*x**2 + x*y + (4*y**2 - 4)*y**2",
        gradient_program=("gx = 8*x - 8.4*x**3 + 2*x**5 + y\ngy = x + 16*y**3 - 8*y"),
        domain=((-2.2, 2.2), (-1.3, 1.3)),
        marked=(
            (0.08984201368301331, -0.7126564032704135),
            (-0.08984201368301331, 0.7126564032704135),
            (1.7036067151210946, -0.7960835687204985),
            (-1.7036067151210946, 0.7960835687204985),
            (1.6071047529294566, 0.5686514549391366),
            (-1.6071047529294566, -0.5686514549391366),
        ),
        begin=(-1.1, 0.05),
        story="Six minima of three different depths close together.",
        source="Dixon and Szegő 1978",
    ),
    Loss(
        key="three_hump_camel",
        name="Three-hump camel",
        formula="2*x**2 - 1.05*x**4 + x**6/6 + x*y + y**2",
        gradient_program="gx = 4*x - 4.2*x**3 + x**5 + y\ngy = x + 2*y",
        domain=((-3.0, 3.0), (-3.0, 3.0)),
        marked=(
            (0.0, 0.0),
            (1.7475523458303163, -0.8737761729151581),
            (-1.7475523458303163, 0.8737761729151581),
        ),
        begin=(-2.6, -1.5),
        story="Three valleys in a row, the middle one the deepest: momentum may roll through the first.",
    ),
    Loss(
        key="goldstein_price",
        name="Goldstein–Price",
        formula=(
            "(1 + (x + y + 1)**2*(19 - 14*x + 3*x**2 - 14*y + 6*x*y + 3*y**2))"
            "*(30 + (2*x - 3*y)**2*(18 - 32*x + 12*x**2 + 48*y - 36*x*y + 27*y**2))"
        ),
        gradient_program=(
            "s = x + y + 1\n"
            "p = 19 - 14*x + 3*x**2 - 14*y + 6*x*y + 3*y**2\n"
            "r = 2*x - 3*y\n"
            "q = 18 - 32*x + 12*x**2 + 48*y - 36*x*y + 27*y**2\n"
            "a = 1 + s**2*p\n"
            "b = 30 + r**2*q\n"
            "da = 2*s*p + s**2*(6*x + 6*y - 14)\n"
            "gx = da*b + a*(4*r*q + r**2*(24*x - 36*y - 32))\n"
            "gy = da*b + a*(r**2*(54*y - 36*x + 48) - 6*r*q)"
        ),
        domain=((-2.0, 2.0), (-2.5, 1.5)),
        marked=((0.0, -1.0), (-0.6, -0.4), (1.8, 0.2), (1.2, 0.8)),
        begin=(-1.5, 0.9),
        story="Values from 3 to a million: only methods that adapt their scale move sensibly.",
        source="Goldstein and Price 1971",
    ),
    Loss(
        key="two_wells",
        name="Two Gaussian wells",
        formula="-exp(-(x + 1.5)**2 - y**2) - 1.5*exp(-(x - 1.5)**2 - y**2)",
        gradient_program=(
            "a = exp(-(x + 1.5)**2 - y**2)\n"
            "b = 1.5*exp(-(x - 1.5)**2 - y**2)\n"
            "gx = 2*(x + 1.5)*a + 2*(x - 1.5)*b\n"
            "gy = 2*y*(a + b)"
        ),
        domain=((-4.0, 4.0), (-3.0, 3.0)),
        marked=((-1.4994428999550284, 0.0), (1.4997528344537416, 0.0)),
        begin=(-0.15, 1.6),
        story="Two wells on a plain: near the middle a small push decides which one is found.",
    ),
    Loss(
        key="sharp_and_flat",
        name="A sharp and a flat basin",
        formula="1 + (x**2 + y**2)/40 - exp(-((x + 2)**2 + y**2)/2) - exp(-12*((x - 2)**2 + y**2))",
        gradient_program=(
            "a = exp(-((x + 2)**2 + y**2)/2)\n"
            "b = exp(-12*((x - 2)**2 + y**2))\n"
            "gx = x/20 + (x + 2)*a + 24*(x - 2)*b\n"
            "gy = y/20 + y*a + 24*y*b"
        ),
        domain=((-4.5, 4.5), (-3.5, 3.5)),
        marked=((-1.904346093929344, 0.0), (1.9957844161247968, 0.0)),
        begin=(2.4, 1.9),
        story="The sharp minimum is as deep as the flat one, but a small shift of the loss costs far more in it.",
        source="after Keskar et al. 2017",
    ),
    # Saddles and plateaus.
    Loss(
        key="saddle",
        name="Saddle",
        formula="x**2/2 - y**2/2 + y**4/16",
        gradient_program="gx = x\ngy = -y + y**3/4",
        domain=((-3.0, 3.0), (-3.0, 3.0)),
        marked=((0.0, -2.0), (0.0, 2.0)),
        begin=(-2.0, 0.001),
        story="Almost on the ridge line the path first runs into the saddle, where the gradient vanishes.",
    ),
    Loss(
        key="monkey_saddle",
        name="Monkey saddle",
        formula="x**3 - 3*x*y**2",
        gradient_program="gx = 3*x**2 - 3*y**2\ngy = -6*x*y",
        domain=((-2.0, 2.0), (-2.0, 2.0)),
        begin=(1.2, 0.02),
        story="Three ways down from the saddle, and no curvature at all in its middle.",
    ),
    Loss(
        key="plateau",
        name="Plateau",
        formula="1 - exp(-(x**2 + y**2)/2)",
        gradient_program="a = exp(-(x**2 + y**2)/2)\ngx = x*a\ngy = y*a",
        domain=((-4.5, 4.5), (-4.5, 4.5)),
        marked=((0.0, 0.0),),
        begin=(-2.9, 2.1),
        story="Far out there is almost no slope: steps in proportion to the gradient crawl.",
    ),
    Loss(
        key="easom",
        name="Easom",
        formula="-cos(x)*cos(y)*exp(-(x - pi)**2 - (y - pi)**2)",
        gradient_program=(
            "a = exp(-(x - pi)**2 - (y - pi)**2)\n"
            "gx = a*cos(y)*(sin(x) + 2*(x - pi)*cos(x))\n"
            "gy = a*cos(x)*(sin(y) + 2*(y - pi)*cos(y))"
        ),
        domain=((0.0, 6.3), (0.0, 6.3)),
        marked=((3.141592653589793, 3.141592653589793),),
        begin=(1.6, 2.4),
        story="A needle hole in a plain: without a slope no gradient method can find it.",
        source="Easom 1990",
    ),
    # Ripples, kinks and traps.
    Loss(
        key="mccormick",
        name="McCormick",
        formula="sin(x + y) + (x - y)**2 - 1.5*x + 2.5*y + 1",
        gradient_program=("c = cos(x + y)\nd = 2*(x - y)\ngx = c + d - 1.5\ngy = c - d + 2.5"),
        domain=((-1.5, 4.0), (-3.0, 4.0)),
        marked=(
            (-0.5471975511965976, -1.5471975511965976),
            (2.5943951023931953, 1.5943951023931953),
        ),
        begin=(3.2, 3.6),
        story="A wavy valley with a minimum in every wave.",
        source="McCormick 1976",
    ),
    Loss(
        key="rastrigin",
        name="Rastrigin",
        formula="20 + x**2 - 10*cos(2*pi*x) + y**2 - 10*cos(2*pi*y)",
        gradient_program="gx = 2*x + 20*pi*sin(2*pi*x)\ngy = 2*y + 20*pi*sin(2*pi*y)",
        domain=((-3.2, 3.2), (-3.2, 3.2)),
        marked=((0.0, 0.0),),
        begin=(-2.4, 1.7),
        story="A bowl full of dimples: every one of them is a trap.",
        source="Rastrigin 1974",
    ),
    Loss(
        key="ackley",
        name="Ackley",
        formula=("20 + e - 20*exp(-0.2*sqrt((x**2 + y**2)/2)) - exp((cos(2*pi*x) + cos(2*pi*y))/2)"),
        gradient_program=(
            "r = sqrt((x**2 + y**2)/2)\n"
            "a = where(r > 0, 2*exp(-0.2*r)/maximum(r, 1e-300), 0)\n"
            "b = pi*exp((cos(2*pi*x) + cos(2*pi*y))/2)\n"
            "gx = a*x + b*sin(2*pi*x)\n"
            "gy = a*y + b*sin(2*pi*y)"
        ),
        domain=((-4.0, 4.0), (-4.0, 4.0)),
        marked=((0.0, 0.0),),
        begin=(-2.7, 1.8),
        story="A funnel with ripples: momentum and noise help to roll over them.",
        source="Ackley 1987",
    ),
    Loss(
        key="levy",
        name="Lévy",
        formula=("sin(3*pi*x)**2 + (x - 1)**2*(1 + sin(3*pi*y)**2) + (y - 1)**2*(1 + sin(2*pi*y)**2)"),
        gradient_program=(
            "s = sin(3*pi*y)\n"
            "q = sin(2*pi*y)\n"
            "gx = 3*pi*sin(6*pi*x) + 2*(x - 1)*(1 + s**2)\n"
            "gy = 3*pi*(x - 1)**2*sin(6*pi*y) + 2*(y - 1)*(1 + q**2) + 2*pi*(y - 1)**2*sin(4*pi*y)"
        ),
        domain=((-2.0, 4.0), (-2.0, 4.0)),
        marked=((1.0, 1.0),),
        begin=(-1.3, 3.2),
        story="Ripples along both axes: the way down is full of small barriers.",
        source="Lévy and Montalvo 1985 (number 13)",
    ),
    Loss(
        key="absolute",
        name="Kinks: |x| + |y|",
        formula="abs(x) + abs(y)",
        gradient_program="gx = sign(x)\ngy = sign(y)",
        domain=((-3.0, 3.0), (-3.0, 3.0)),
        marked=((0.0, 0.0),),
        begin=(-2.3, 1.4),
        story="The gradient never shrinks: with a fixed learning rate the path ends in a zigzag.",
    ),
    Loss(
        key="flower",
        name="Flower",
        formula="x*sin(y) + y*sin(x) + x**2 + y**2",
        gradient_program="gx = sin(y) + y*cos(x) + 2*x\ngy = x*cos(y) + sin(x) + 2*y",
        domain=((-6.0, 6.0), (-6.0, 6.0)),
        marked=((0.0, 0.0),),
        begin=(-4.5, 4.0),
        story="A bowl with a gentle twist in its slopes.",
    ),
)
