"""Rules for a finished page, as functions in the browser's language: each returns what breaks it, in words.

`broken(page, rule)` applies one to an open page. test_rules.py shows each of them to notice what it is for.
"""

SHARED = """
const shown = (node) => node.checkVisibility({visibilityProperty: true});
const words = (node) => node.textContent.trim().replace(/\\s+/g, " ").slice(0, 60);
const HAN = /[\\u3400-\\u9fff\\uf900-\\ufaff]/;
const texts = (root) => {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    if (!walker.currentNode.parentElement.closest("script, style, noscript, template")) found.push(walker.currentNode);
  }
  return found;
};
"""

# One h1, and below it no level is left out. A heading in the frame around the text states its level, too.
HEADINGS = """
const heads = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6, [role=heading]")].filter(shown);
const level = (head) => Number(head.getAttribute("aria-level") || head.tagName.slice(1));
const own = heads.filter((head) => head.closest("main, [role=main]"));
const found = heads.filter((head) => !(level(head) > 0)).map((head) => `no level: ${words(head)}`);
const first = heads.filter((head) => level(head) === 1);
if (first.length !== 1) found.push(`${first.length} headings of level 1`);
if (own.length && level(own[0]) !== 1) found.push(`the first heading is: ${words(own[0])}`);
own.forEach((head, k) => {
  if (k && level(head) > level(own[k - 1]) + 1) found.push(`a level is left out above: ${words(head)}`);
});
return found;
"""

# The page is in English; what is Chinese says so, and nothing else does. Code is neither.
LANGUAGES = """
const found = document.documentElement.lang === "en" ? [] : ["the page is not said to be in English"];
for (const text of texts(document.documentElement)) {
  const place = text.parentElement;
  if (HAN.test(text.data) && !place.closest("[lang|=zh], pre, code, title, option")) {
    found.push(`not marked as Chinese: ${text.data.trim().slice(0, 60)}`);
  }
}
for (const node of document.querySelectorAll("[lang|=zh]")) {
  if (!HAN.test(node.textContent)) found.push(`not Chinese: ${words(node)}`);
  if (node.lang !== "zh-Hans") found.push(`${node.lang} instead of zh-Hans: ${words(node)}`);
}
return found;
"""

# A table says what it is about, and each of its headings what it heads.
TABLES = """
const found = [];
for (const table of document.querySelectorAll("table")) {
  if (!table.caption || !words(table.caption)) found.push(`no caption: ${words(table)}`);
  if (!table.querySelector("thead th")) found.push(`no headings of columns: ${words(table)}`);
  for (const head of table.querySelectorAll("th")) {
    if (!["col", "row", "colgroup", "rowgroup"].includes(head.scope)) found.push(`no scope: ${words(head)}`);
  }
}
return found;
"""

# A picture says in words what it shows: a sentence, with a number in it where it is a picture of the collection.
PICTURES = """
const found = [];
for (const picture of document.querySelectorAll("img")) {
  const said = picture.alt.trim();
  if (said.length < 40) found.push(`too short: “${said}” (${picture.getAttribute("src")})`);
  if (/\\.(svg|png)/.test(said)) found.push(`the name of a file: ${said}`);
  if (!/[0-9]/.test(said)) found.push(`no finding: ${said}`);
  if (!picture.complete || !picture.naturalWidth) found.push(`cannot be shown: ${picture.getAttribute("src")}`);
}
for (const drawing of document.querySelectorAll("svg")) {
  if (!drawing.closest("[aria-hidden=true], button, label") && shown(drawing) && drawing.getBoundingClientRect().width
      && !drawing.querySelector("title")) {
    found.push(`a drawing without words: ${drawing.outerHTML.slice(0, 80)}`);
  }
}
return found;
"""

# The page does not scroll sideways, and no text is out of reach because it stands to the left of the page.
WIDTH = """
const root = document.documentElement;
const found = root.scrollWidth <= innerWidth ? [] : [`${root.scrollWidth} pixels wide on a screen of ${innerWidth}`];
for (const node of found.length ? document.querySelectorAll("body *") : []) {
  if (node.getBoundingClientRect().right > innerWidth + 1 && !node.closest(".sidebar-drawer, .toc-drawer")) {
    found.push(`as far as ${Math.round(node.getBoundingClientRect().right)}: ${node.tagName} ${words(node)}`);
  }
}
return found;
"""

# For readers who asked for less motion, nothing moves by itself.
MOTION = """
const found = document.getAnimations().map((motion) => `moves: ${motion.constructor.name}`);
for (const node of document.querySelectorAll("*")) {
  const style = getComputedStyle(node);
  const still = (value) => value.split(",").every((part) => parseFloat(part) === 0);
  if (!still(style.transitionDuration)) found.push(`a transition: ${node.tagName}.${node.className}`);
  if (style.animationName !== "none") found.push(`an animation: ${node.tagName}.${node.className}`);
  if (style.scrollBehavior !== "auto") found.push(`scrolls smoothly: ${node.tagName}.${node.className}`);
}
return [...new Set(found)];
"""

# Paper has no use for what is for the screen, and no dark ground.
PAPER = """
const screen = ".sidebar-drawer, .toc-drawer, .mobile-header, .content-icon-container, .back-to-top, .tools, .take,"
  + " .headerlink, .related-pages, button, input, details.hide, .skip-to-content, #term-note";
const found = [...document.querySelectorAll(screen)]
  .filter((node) => shown(node) && node.getBoundingClientRect().width > 1)
  .map((node) => `on paper: ${node.tagName}.${node.className} ${words(node)}`);
const light = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map(Number).reduce((a, b) => a + b) / 765;
const clear = (colour) => /, 0\\)$/.test(colour) || colour === "transparent";
for (const node of document.querySelectorAll("html, body, article, article *")) {
  const style = getComputedStyle(node);
  if (node.checkVisibility() && !clear(style.backgroundColor) && light(style.backgroundColor) < 0.9) {
    found.push(`a dark ground: ${node.tagName}.${node.className} ${style.backgroundColor}`);
  }
}
for (const text of texts(document.querySelector("article"))) {
  const node = text.parentElement;
  if (text.data.trim() && shown(node) && light(getComputedStyle(node).color) > 0.6) {
    found.push(`pale on paper: ${text.data.trim().slice(0, 60)}`);
  }
}
const edge = Math.min(document.querySelector("article").getBoundingClientRect().right, innerWidth) + 1;
for (const node of document.querySelectorAll("article table, article img, article pre")) {
  if (shown(node) && node.getBoundingClientRect().right > edge) found.push(`cut off at the right: ${words(node)}`);
}
return found;
"""


def broken(page, rule):
    """What breaks a rule on an open page."""
    return page.evaluate(f"() => {{{SHARED}{rule}}}")
