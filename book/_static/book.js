// One switch for the code of all pages, off at first, and remembered. Without this script each cell has a fold of its own.
document.documentElement.dataset.code = "off"; // at once: the folds are never seen
document.addEventListener("DOMContentLoaded", () => {
  const button = document.querySelector("button.code");
  const folds = [...document.querySelectorAll("details.hide")];
  if (!button || !folds.length) return;
  const remembered = (value) => {
    try {
      if (value !== undefined) localStorage.setItem("code", value);
      return localStorage.getItem("code");
    } catch {
      return null; // a page from disk may have no storage
    }
  };
  const set = (open) => {
    folds.forEach((fold) => (fold.open = open));
    document.documentElement.dataset.code = open ? "on" : "off";
    button.setAttribute("aria-pressed", open);
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-pressed") !== "true";
    set(open);
    remembered(open ? "open" : "folded");
  });
  if (remembered() === "open") set(true);
});

// One switch for the links of numbers: on, every number that leads to its words has a line and is a stop of the Tab key.
document.addEventListener("DOMContentLoaded", () => {
  const button = document.querySelector("button.numbers");
  const links = document.querySelectorAll("article a.stated");
  if (!button || !links.length) return;
  const set = (on) => {
    links.forEach((link) => (on ? link.removeAttribute("tabindex") : link.setAttribute("tabindex", "-1")));
    document.documentElement.dataset.numbers = on ? "on" : "off";
    button.setAttribute("aria-pressed", on);
  };
  button.hidden = false;
  button.addEventListener("click", () => set(button.getAttribute("aria-pressed") !== "true"));
  set(false);
});

// A link to a section for the careful opens it.
const openCareful = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target?.matches("section.careful")) target.querySelector(":scope > details").open = true;
};
addEventListener("hashchange", openCareful);
document.addEventListener("DOMContentLoaded", openCareful);

// Past the top of a page its contents are one line, where they share the margin with notes (book.css).
document.addEventListener("DOMContentLoaded", () => {
  const top = document.querySelector("article h1");
  const watch = new IntersectionObserver(([{isIntersecting, boundingClientRect}]) => {
    document.documentElement.toggleAttribute("data-past", !isIntersecting && boundingClientRect.top < 0);
  });
  if (top) watch.observe(top);
});

// The meaning of a marked word, on hover and on focus. Without this script the word is a link to its entry. The note can
// be pointed at, and goes away with Escape.
document.addEventListener("DOMContentLoaded", () => {
  const terms = document.querySelectorAll("a.term");
  if (!terms.length) return;
  const note = document.createElement("div");
  note.id = "term-note";
  note.setAttribute("role", "tooltip");
  note.hidden = true;
  document.querySelector("article").append(note);
  let leaving, touched;
  const hide = () => {
    note.hidden = true;
    touched = undefined;
    document.querySelector("a.term[aria-describedby]")?.removeAttribute("aria-describedby");
  };
  const show = (term) => {
    clearTimeout(leaving);
    hide();
    const names = document.createElement("strong");
    names.textContent = term.dataset.names;
    note.replaceChildren(names, document.createElement("br"), term.dataset.plain);
    markChinese(note);
    note.hidden = false;
    term.setAttribute("aria-describedby", note.id);
    const box = term.getBoundingClientRect();
    const origin = note.offsetParent.getBoundingClientRect();
    const width = document.documentElement.clientWidth;
    note.style.left = `${Math.max(8, Math.min(box.left, width - note.offsetWidth - 8)) - origin.left}px`;
    const above = box.top > note.offsetHeight + 12 && box.bottom + note.offsetHeight + 12 > innerHeight;
    note.style.top = `${(above ? box.top - note.offsetHeight - 6 : box.bottom + 6) - origin.top}px`;
  };
  const leave = () => (leaving = setTimeout(hide, 200));
  terms.forEach((term) => {
    term.addEventListener("mouseenter", () => show(term));
    term.addEventListener("focus", () => show(term));
    term.addEventListener("mouseleave", leave);
    term.addEventListener("blur", hide);
    // A finger cannot point: its first touch shows the note, and a second one leads on.
    term.addEventListener("click", (event) => {
      if (!matchMedia("(hover: none)").matches || event.detail === 0 || term === touched) return;
      event.preventDefault();
      show(term);
      touched = term;
    });
  });
  note.addEventListener("mouseenter", () => clearTimeout(leaving));
  note.addEventListener("mouseleave", leave);
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
});

// A picture, larger, with its head. Without this script it leads to its file.
document.addEventListener("DOMContentLoaded", () => {
  const dialog = document.createElement("dialog");
  dialog.className = "larger";
  dialog.innerHTML = '<form method="dialog"><button class="copy">Close</button></form>';
  for (const link of document.querySelectorAll("a.larger")) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const image = new Image();
      const shown = link.querySelector("img");
      [image.src, image.alt] = [matchMedia("(max-width: 40rem)").matches ? shown.currentSrc : link.href, shown.alt];
      dialog.setAttribute("aria-label", link.closest("figure").querySelector(".number").textContent);
      dialog.replaceChildren(dialog.firstChild, image);
      document.querySelector("article").append(dialog);
      dialog.showModal();
    });
  }
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close()); // beside the picture
});

// A text to take along has a button that copies it; the address in it is whole, where the page has one.
document.addEventListener("DOMContentLoaded", () => {
  for (const text of document.querySelectorAll(".copyable")) {
    for (const link of text.querySelectorAll("a[href]")) {
      const address = !link.matches(".stated, .term"); // and not a number or word that leads to what it means
      if (address && link.protocol !== "file:") link.textContent = link.href;
    }
    if (!navigator.clipboard) continue;
    const button = document.createElement("button");
    [button.type, button.className, button.textContent] = ["button", "copy", "Copy"];
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text.innerText.trim());
      button.textContent = "Copied";
    });
    text.after(button);
  }
});

// What scrolls by itself on a narrow screen is a stop of the Tab key only where there is something to scroll.
document.addEventListener("DOMContentLoaded", () => {
  const watch = new ResizeObserver((boxes) => {
    for (const {target} of boxes) target.tabIndex = target.scrollWidth > target.clientWidth ? 0 : -1;
  });
  document.querySelectorAll("article [tabindex]").forEach((box) => watch.observe(box));
});

// What a script shows is marked as Chinese where it is, as the pages themselves are: the meaning of a term, the results
// of a search. From disk a browser lets no script read the other pages, so there the results come without excerpts.
const markChinese = (root) => {
  const HAN = /[\u3000-\u303f\uff00-\uffef]*[\u3400-\u9fff\uf900-\ufaff][\u3400-\u9fff\uf900-\ufaff\u3000-\u303f\uff00-\uffef]*/;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (let text of texts) {
    for (let found; !text.parentElement.closest("[lang|=zh]") && (found = HAN.exec(text.data)); ) {
      const chinese = text.splitText(found.index);
      text = chinese.splitText(found[0].length);
      const span = document.createElement("span");
      span.lang = "zh-Hans";
      chinese.replaceWith(span);
      span.append(chinese);
    }
  }
};

// An excerpt is of the text and not of the code, and begins near a number, which the index holds with a letter before it.
if (typeof Search === "object") {
  const {htmlToText, makeSearchSummary} = Search;
  Search.htmlToText = (html, anchor) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    page.querySelectorAll("article details.hide, article .below, .tools, .take").forEach((part) => part.remove());
    return htmlToText(page.documentElement.outerHTML, anchor);
  };
  Search.makeSearchSummary = (html, terms, anchor) =>
    makeSearchSummary(html, new Set([...terms].map((term) => term.replace(/^n(?=\d+$)/, ""))), anchor);
}
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
document.addEventListener("DOMContentLoaded", () => {
  const results = document.getElementById("search-results");
  if (results) new MutationObserver(() => markChinese(results)).observe(results, {childList: true, subtree: true});
});
