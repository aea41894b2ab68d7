"""What the pages do to the pictures: their head stands above them as text and is cut off; and they have a dark form.

The dark form are rules inside each SVG that give its colours others of the same contrasts. A page says with
`color-scheme` which form it wants. A browser that does not pass that on to a picture shows the form of the system.
"""

import re

GROUND = "#16191d"  # of the pages in dark mode (book.css)
# Matplotlib writes a colour as a style, and that of the ground of a hatch as an attribute.
COLOR = re.compile(r'\b(fill|stroke)(: |=")(#[0-9a-f]{6})\b')


# How matplotlib opens a picture, in points.
SIZE = re.compile(r'height="([\d.]+)pt" viewBox="0 0 ([\d.]+) \1"')


def without_head(svg, head):
    """An SVG of matplotlib, as text, without the `head` pixels of CSS at its top.

    Raises ValueError if it does not say its size as matplotlib does.
    """
    if not head:
        return svg

    def cut(found):
        below = round(float(found[1]) - head * 0.75, 6)
        return f'height="{below}pt" viewBox="0 {head * 0.75} {found[2]} {below}"'

    shown, times = SIZE.subn(cut, svg, count=1)
    if not times:
        raise ValueError(f"no size in points in the picture that begins {svg[:200]!r}: its head cannot be cut off")
    return shown


def linear(color):
    """The light of red, green and blue in a colour "#rrggbb", from 0 to 1."""
    parts = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def luminance(color):
    """The relative luminance of a colour, as WCAG 2.2 defines it."""
    red, green, blue = linear(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def dark(color):
    """The colour that stands out from GROUND as `color` does from white, and from each other dark one as from theirs.

    It is scaled or mixed with white, so its hue stays. Black would have to be brighter than light, and becomes white.
    """
    if color == "#ffffff":
        return GROUND
    now, wanted = luminance(color), min(1, (luminance(GROUND) + 0.05) * 1.05 / (luminance(color) + 0.05) - 0.05)
    share = (wanted - now) / (1 - now)
    mixed = [part * wanted / now if wanted < now else part + (1 - part) * share for part in linear(color)]
    parts = (12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055 for part in mixed)
    return "#" + "".join(f"{round(255 * part):02x}" for part in parts)


def rule(kind, sign, color):
    """The rule of a style sheet that gives one colour, as COLOR finds it, its dark one."""
    where = f'style*="{kind}: {color}' if sign == ": " else f'{kind}="{color}'
    return f'[{where}"]{{{kind}:{dark(color)}!important}}'


def with_dark_form(svg):
    """An SVG of matplotlib, as text, that has a dark form as well: on a screen, not on paper."""
    rules = "".join(rule(*found) for found in sorted(set(COLOR.findall(svg))))
    style = f"<style>@media screen and (prefers-color-scheme:dark){{{rules}}}</style>"
    return re.sub(r"<svg\b[^>]*[^>/]>", lambda opening: opening[0] + style, svg, count=1) if rules else svg
