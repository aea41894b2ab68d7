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
    results.setAttribute("role", "status");

    const controls = heads.slice(0, settings).map((head, at) => {
      const values = [...new Set(rows.map((row) => text(row[at])))];
      const input = make("input");
      input.id = `play-${number}-${at}`;
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
        value.textContent = chosen;
        if (!switches) input.setAttribute("aria-valuetext", chosen);
        return chosen;
      };
    });

    const amounts = heads.map((_, at) => rows.map((row) => Number(text(row[at]).replace(/[,\s]/g, "").replace("−", "-"))));
    const show = () => {
      const chosen = controls.map((read) => read());
      const row = rows.find((cells) => chosen.every((value, at) => text(cells[at]) === value));
      results.replaceChildren(
        ...heads.slice(settings).map((head, order) => {
          const cell = row[settings + order];
          const shown = make("div", "", make("dt", "", ...copy(head)), make("dd", "", ...copy(cell)));
          const column = amounts[settings + order];
          if (column.every((amount) => amount >= 0)) { // also false for what is no number
            const bar = make("span", "bar");
            bar.style.width = `${(100 * column[rows.indexOf(row)]) / Math.max(...column)}%`;
            shown.append(bar);
          }
          return shown;
        }),
      );
    };
    set.append(results);
    box.prepend(set);
    show();
  });
});
