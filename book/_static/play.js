// What the text leaves open can be set: a table with a row for each setting becomes sliders and switches, and the row that
// they choose is shown. Nothing is computed here. Without this script the table stands in its fold.
document.addEventListener("DOMContentLoaded", () => {
  const text = (cell) => cell.textContent.trim();
  const copy = (cell) => [...cell.cloneNode(true).childNodes];
  const make = (tag, className, ...children) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.append(...children);
    return made;
  };

  document.querySelectorAll(".play").forEach((box, number) => {
    const table = box.querySelector("table");
    const heads = [...table.tHead.rows[0].cells];
    const rows = [...table.tBodies[0].rows].map((row) => [...row.cells]);
    const settings = Number(box.dataset.settings);
    const start = rows[Number(box.dataset.start)];
    const set = make("fieldset", "", make("legend", "", ...copy(table.caption)));
    const results = make("dl", "results");
    const told = make("div", "", results);
    told.setAttribute("role", "status");

    const controls = heads.slice(0, settings).map((head, at) => {
      const values = [...new Set(rows.map((row) => text(row[at])))];
      const input = make("input");
      input.id = `play-${number}-${at}`;
      input.autocomplete = "off"; // a browser that leads back would set it, and nobody would tell what follows
      const label = make("label", "", ...copy(head));
      label.htmlFor = input.id;
      const value = make("output");
      value.htmlFor = input.id;
      const switches = values.length === 2; // the first is off, the second on
      if (switches) {
        input.type = "checkbox";
        input.checked = values.indexOf(text(start[at])) === 1;
        set.append(make("div", "setting", input, label, value));
      } else {
        [input.type, input.min, input.max, input.step] = ["range", 0, values.length - 1, 1];
        input.value = values.indexOf(text(start[at]));
        set.append(make("div", "setting", label, input, value));
      }
      input.addEventListener("input", () => show());
      return () => {
        const chosen = values[switches ? Number(input.checked) : Number(input.value)];
        value.textContent = switches ? values[1] : chosen; // what is left out costs as much as before
        value.classList.toggle("out", switches && !input.checked);
        if (!switches) input.setAttribute("aria-valuetext", chosen);
        return chosen;
      };
    });

    const show = () => {
      const chosen = controls.map((read) => read());
      const row = rows.find((cells) => chosen.every((value, at) => text(cells[at]) === value));
      results.replaceChildren(
        ...heads.slice(settings).map((head, order) => {
          const cell = row[settings + order];
          return make("div", "", make("dt", "", ...copy(head)), make("dd", "", ...copy(cell)));
        }),
      );
    };
    set.append(told);
    box.prepend(set);
    show();
    addEventListener("pageshow", show);
  });
});

// Some pictures can be gone through part by part: the rows of a picture appear one after the other, or a check lights up
// its figures, also where it is pointed at. Without this script they are whole.
document.addEventListener("DOMContentLoaded", () => {
  const phone = matchMedia("(max-width: 40rem)");
  const svg = (tag, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };

  for (const figure of document.querySelectorAll("figure[data-parts]")) {
    const parts = JSON.parse(figure.dataset.parts);
    const link = figure.querySelector("a.larger");
    const image = link.querySelector("img");
    const form = () => (phone.matches && parts.narrow ? "narrow" : "wide");
    const size = () => {
      const sized = form() === "narrow" ? link.querySelector("source") : image;
      return [Number(sized.getAttribute("width")), Number(sized.getAttribute("height"))];
    };
    const tied = Array.isArray(parts.wide[0]);
    const light = svg("svg", {class: "light", "aria-hidden": "true"});
    link.append(light);

    let at = -1; // none: the whole picture
    const show = (next) => {
      at = next;
      const [width, height] = size();
      const place = parts[form()][at];
      light.replaceChildren();
      image.style.clipPath = tied || at < 0 || at === parts.said.length - 1 ? "" : `inset(0 0 ${100 * (1 - place / height)}% 0)`;
      if (tied && at >= 0) {
        const {offsetLeft, offsetTop, offsetWidth, offsetHeight} = image;
        light.setAttribute("viewBox", `0 0 ${width} ${height}`);
        const box = {left: offsetLeft, top: offsetTop, width: offsetWidth, height: offsetHeight};
        for (const [side, pixels] of Object.entries(box)) light.style[side] = `${pixels}px`;
        for (const [x, y] of place) {
          light.append(svg("rect", {x: 0, y: y - 9, width, height: 18}), svg("circle", {cx: x, cy: y, r: 8}));
        }
      }
      said.textContent = at < 0 ? "" : `${at + 1} of ${parts.said.length}: ${parts.said[at]}`;
      whole.hidden = back.hidden = at < 0;
      back.ariaDisabled = at === 0; // and not disabled: the keyboard would lose its place
      forth.ariaDisabled = at === parts.said.length - 1;
      forth.textContent = at < 0 ? (tied ? "Go through the checks" : "Step through") : "Next";
    };

    const button = (name, press) => {
      const made = document.createElement("button");
      [made.type, made.className, made.textContent] = ["button", "copy", name];
      made.addEventListener("click", press);
      return made;
    };
    let kept = -1; // what the buttons chose; pointing elsewhere comes back to it
    const go = (next) => {
      show((kept = Math.max(-1, Math.min(next, parts.said.length - 1))));
      if (phone.matches) light.querySelector("circle")?.scrollIntoView({block: "center"});
    };
    const back = button("Back", () => go(Math.max(0, at - 1)));
    const forth = button("Next", () => go(at + 1));
    const whole = button("Whole picture", () => {
      go(-1);
      forth.focus();
    });
    const said = document.createElement("span");
    said.setAttribute("role", "status");
    const row = document.createElement("div");
    row.className = `through screen-only${tied ? " tied" : ""}`;
    row.append(back, forth, whole, said);
    link.before(row);
    show(-1);
    addEventListener("resize", () => show(at));

    if (!tied) continue;
    link.addEventListener("mousemove", (event) => {
      const box = image.getBoundingClientRect();
      const [width, height] = size();
      const x = ((event.clientX - box.left) * width) / box.width;
      const y = ((event.clientY - box.top) * height) / box.height;
      const near = parts[form()].findIndex(
        (marks) => Math.abs(marks[0][0] - x) < 6 && marks[0][1] - 8 < y && y < marks.at(-1)[1] + 8,
      );
      if (near >= 0 && near !== at) show(near);
    });
    link.addEventListener("mouseleave", () => show(kept));
  }
});
