"""The compass rose and the rail: where the room is among the steps, drawn on the server."""

from math import cos, pi, radians, sin

from django import template

register = template.Library()

RING = 76


def _value(step, name):
    """Read a name of a step that may be a dict or an object; absent is falsy."""
    return step.get(name) if isinstance(step, dict) else getattr(step, name, None)


def _point(angle, radius):
    """Give the text of x and y at an angle in degrees clockwise from the top."""
    x = radius * sin(radians(angle))
    y = -radius * cos(radians(angle))
    return f"{x:.2f}", f"{y:.2f}"


def _view(steps):
    """Give each step its number and its four facts, whatever it was made of."""
    return [
        {
            "number": number,
            "title": _value(step, "title"),
            "url": _value(step, "url"),
            "note": _value(step, "note"),
            "done": bool(_value(step, "done")),
            "here": bool(_value(step, "here")),
            "current": bool(_value(step, "current")),
        }
        for number, step in enumerate(steps, 1)
    ]


def _triangle(*points):
    return " ".join(",".join(_point(angle, radius)) for angle, radius in points)


def _rays():
    """Eight points of a rose, each a light and a dark half: the long ones lie over the short."""
    rays = []
    for start, reach in ((45, 40), (0, 58)):
        for angle in range(start, 360, 90):
            for half, shade in ((-45, ""), (45, "-dark")):
                points = _triangle((angle, reach), (angle + half, 15), (0, 0))
                rays.append({"points": points, "shade": shade})
    return rays


RAYS = _rays()


@register.inclusion_tag("components/compass.html")
def compass(steps, size="large"):
    """Draw steps (title, done, here, current) on a ring, the needle at the one that is here.

    `size` is "large" (numbers, rose) or "small" (marks and needle only). Without a step that is
    here the needle points up and the name says that the room has not started.
    """
    marks = _view(steps)
    small = size == "small"
    here = next((mark for mark in marks if mark["here"]), None)
    crowded = len(marks) > 8
    for mark in marks:
        angle = (mark["number"] - 1) * 360 / len(marks)
        mark["angle"] = f"{angle:.2f}"
        mark["x"], mark["y"] = _point(angle, RING)
        radius = (9 if crowded else 11.5) + (2.5 if mark["here"] else 0)
        # As text: a template would write numbers with the comma of the language.
        mark["radius"] = f"{radius:.1f}"
        mark["around"] = f"{radius + 3:.1f}"
    return {
        "marks": marks,
        "count": len(marks),
        "here": here,
        "small": small,
        "ring": RING,
        "rays": [] if small else RAYS,
        # Ticks as one dashed circle: a path for each would be 72 elements on every screen.
        "ticks": f"0.8 {2 * pi * 93 / 72 - 0.8:.4f}",
        "tall_ticks": f"1.6 {2 * pi * 93 / 8 - 1.6:.4f}",
    }


@register.inclusion_tag("components/steps.html")
def step_list(steps):
    """List the same steps in words: done, current on this screen, where the room is."""
    return {"steps": _view(steps)}
