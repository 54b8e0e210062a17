"""Draws what a forwarded packet costs against how many it goes to, as SVG, from the rows of `bench/run
forward`: one line per medium, its limit dashed."""

import math
import re

WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 76, 24, 56, 60
COLORS = {"video": "#1a5fb4", "audio": "#c64600"}
METRIC = "server cpu per packet"


def curves(rows):
    """{medium: [(subscribers, ns, limit)]}, by size."""
    found = {}
    for r in rows:
        case = re.fullmatch(r"1 -> (\d+), (video|audio)", r["case"])
        if case and r["metric"] == METRIC and r["limit"]:
            found.setdefault(case[2], []).append((int(case[1]), r["value"], r["limit"]))
    return {medium: sorted(points) for medium, points in found.items()}


def draw(rows):
    """The chart; None where there is nothing to draw."""
    lines = curves(rows)
    if not lines:
        return None
    points = [p for line in lines.values() for p in line]
    sizes = sorted({size for size, _, _ in points})
    step = nice_step(max(max(ns, limit) for _, ns, limit in points) / 5)
    top = step * math.ceil(max(max(ns, limit) for _, ns, limit in points) / step)
    # Sizes by their logarithm, each a little off the edges.
    low, high = math.log(sizes[0] / 1.3), math.log(sizes[-1] * 1.3)
    x = lambda size: LEFT + (WIDTH - LEFT - RIGHT) * (math.log(size) - low) / (high - low)
    y = lambda ns: HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * ns / top

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
           'font-family="sans-serif" font-size="13" fill="#222">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
           text(LEFT, 26, "Server CPU per forwarded packet, one publisher, one core", size=16),
           text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 16, "subscribers", anchor="middle"),
           text(18, (TOP + HEIGHT - BOTTOM) / 2, "ns", anchor="middle")]
    for i in range(round(top / step) + 1):
        at = y(i * step)
        out.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}" stroke="#ddd"/>')
        out.append(text(LEFT - 8, at + 4, f"{i * step:,.0f}", anchor="end"))
    for size in sizes:
        out.append(text(x(size), HEIGHT - BOTTOM + 22, str(size), anchor="middle"))
    for place, (medium, line) in enumerate(lines.items()):
        color = COLORS[medium]
        out.append(path([(x(size), y(ns)) for size, ns, _ in line], color))
        out.append(path([(x(size), y(limit)) for size, _, limit in line], color, dashed=True))
        for size, ns, _ in line:
            out.append(f'<circle cx="{x(size):.1f}" cy="{y(ns):.1f}" r="4" fill="{color}"/>')
        right = WIDTH - RIGHT - 250 * (len(lines) - place) + 20
        for offset, (name, dashed) in enumerate(((medium, False), ("its limit", True))):
            at = right + 110 * offset
            out.append(path([(at, 44), (at + 28, 44)], color, dashed))
            out.append(text(at + 34, 48, name))
    return "\n".join(out + ["</svg>\n"])


def nice_step(least):
    scale = 10 ** math.floor(math.log10(least))
    return next(scale * factor for factor in (1, 2, 5, 10) if scale * factor >= least)


def text(x, y, words, anchor="start", size=13):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{words}</text>'


def path(points, color, dashed=False):
    dash = ' stroke-dasharray="5 4"' if dashed else ""
    way = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{way}" fill="none" stroke="{color}" stroke-width="2"{dash}/>'
