// Exercises answer back: what a reader types is read as budgetbook/exercises.py reads it, and opens the reply that is
// sealed under it. Nothing leaves the page; a guess is remembered on this machine only. Without this script the
// questions stand as they are.
(() => {
  const MONEY = {元: 0, 千元: 3, 万元: 4, 万: 4, 亿元: 8, 亿: 8};
  const UNITS = ["千元", "万元", "亿元", "元", "万", "亿", "个百分点", "百分点", "percentage points", "points", "per cent"];
  UNITS.push("percent", "%", "人", "个", "天", "days", "day", "people", "平方米", "m2", "yuan", "times", "倍");
  const SAME = {个百分点: "points", 百分点: "points", "percentage points": "points", "per cent": "%", percent: "%"};
  Object.assign(SAME, {yuan: "元", 万: "万元", 亿: "亿元", days: "天", day: "天", people: "人", 个: "", m2: "平方米", times: "", 倍: ""});
  const DIGITS = Object.fromEntries([..."零一二三四五六七八九"].map((c, n) => [c, n]));
  Object.assign(DIGITS, {"〇": 0, 两: 2});
  const PLACES = {十: 10n, 百: 100n, 千: 1000n};
  const LONGEST = 200;
  const BUT_FOR = {
    unit: "The digits are right, the unit is not: the question asks for {unit}. 1 万元 = 10,000 元.",
    percent: "The ratio is right; the question asks for per cent, a hundred times as much.",
    points: "The number is right; mind the word: a difference of two percentages is counted in percentage points.",
    sign: "The size is right, the direction is not.",
  };

  // ---- what an answer means; a number is {digits, places}: digits ÷ 10 ** places, exactly

  const chineseNumber = (text) => {
    const [whole, ...rest] = text.split("点");
    const fraction = rest.join("点");
    if (!whole || (rest.length && !fraction) || [...fraction].some((c) => !(c in DIGITS))) return null;
    let [total, section, digit] = [0n, 0n, 0n];
    for (const c of whole) {
      if (c in DIGITS) digit = BigInt(DIGITS[c]);
      else if (c in PLACES) [section, digit] = [section + (digit || 1n) * PLACES[c], 0n];
      else if (c === "万" || c === "亿") [total, section, digit] = [(total + section + digit) * 10n ** (c === "万" ? 4n : 8n), 0n, 0n];
      else return null;
    }
    const digits = `${total + section + digit}${[...fraction].map((c) => DIGITS[c]).join("")}`;
    return {digits: BigInt(digits), places: [...fraction].length};
  };

  const number = (raw) => {
    let text = [...raw.normalize("NFKC")].slice(0, LONGEST).join("").toLowerCase().replace(/−/g, "-").replace(/负/g, "-");
    text = text.trim().replace(/^(?:about|approximately|roughly|约|大约|=|≈)/, "").replace(/[\s.]+$/, "");
    let unit = [...UNITS].sort((a, b) => b.length - a.length).find((name) => text.endsWith(name)) ?? "";
    let body = text.slice(0, text.length - unit.length);
    if (body.startsWith("百分之")) [body, unit] = [body.slice(3), "%"];
    body = body.replace(/[\s,'’_]/g, "");
    unit = SAME[unit] ?? unit;
    const found = /^([-+]?)(?:(\d{1,15})(?:\.(\d{1,40}))?|\.(\d{1,40}))$/.exec(body);
    if (found) {
      const fraction = found[3] ?? found[4] ?? "";
      const digits = BigInt(`${found[2] ?? "0"}${fraction}`) * (found[1] === "-" ? -1n : 1n);
      return {digits, places: fraction.length, unit, typed: fraction.length};
    }
    const negative = body.startsWith("-");
    const value = chineseNumber(negative ? body.slice(1) : body);
    if (!value) return null;
    return {digits: negative ? -value.digits : value.digits, places: value.places, unit, typed: value.places};
  };

  const scaled = ({digits, places}, power) =>
    power >= 0 ? {digits: digits * 10n ** BigInt(power), places} : {digits, places: places - power};

  const plain = ({digits, places}, to) => { // rounded half up
    let size = digits < 0n ? -digits : digits;
    if (places <= to) size *= 10n ** BigInt(to - places);
    else {
      const unit = 10n ** BigInt(places - to);
      size = (2n * size + unit) / (2n * unit);
    }
    const text = size.toString().padStart(to + 1, "0");
    const point = to ? `${text.slice(0, -to)}.${text.slice(-to)}` : text;
    return digits < 0n && size ? `-${point}` : point;
  };

  const readings = (raw, kind, unit = "", places = 0) => {
    const text = [...raw.normalize("NFKC")].slice(0, LONGEST).join("").toLowerCase();
    if (kind === "choice") {
      const letters = text.match(/[a-z]/g) ?? [];
      return letters.length === 1 ? [[letters[0], ""]] : [];
    }
    if (kind === "words") {
      const said = text.replace(/[^\p{L}\p{N}]/gu, "");
      return said ? [[said, ""]] : [];
    }
    const value = number(raw);
    if (!value) return [];
    const found = [];
    if (value.unit in MONEY && unit in MONEY) found.push([plain(scaled(value, MONEY[value.unit] - MONEY[unit]), places), ""]);
    else {
      const mixed = (value.unit === "%" && unit === "points") || (value.unit === "points" && unit === "%");
      found.push([plain(value, places), mixed ? "points" : ""]);
    }
    if (value.typed < places) found.push([`${value.typed}:${plain(value, value.typed)}`, "coarser"]);
    if (unit in MONEY) for (const power of [0, 4, -4]) found.push([plain(scaled(value, power), places), "unit"]);
    if (unit === "%") found.push([plain(scaled(value, 2), places), "percent"]);
    found.push([plain({...value, digits: -value.digits}, places), "sign"]);
    return found;
  };

  // ---- sealed replies: SHA-256 is written out, since a page opened from disk or a class's server may not have it

  const K = [];
  const START = [];
  for (let candidate = 2; K.length < 64; candidate += 1) {
    let prime = true;
    for (let factor = 2; factor * factor <= candidate; factor += 1) prime &&= candidate % factor !== 0;
    if (!prime) continue;
    const bits = (root) => Math.floor((root - Math.floor(root)) * 2 ** 32) | 0;
    if (START.length < 8) START.push(bits(Math.sqrt(candidate)));
    K.push(bits(Math.cbrt(candidate)));
  }
  const sha256 = (message) => {
    const bytes = new TextEncoder().encode(message);
    const length = ((bytes.length + 8) >> 6 << 6) + 64;
    const data = new DataView(new ArrayBuffer(length));
    bytes.forEach((byte, at) => data.setUint8(at, byte));
    data.setUint8(bytes.length, 0x80);
    data.setUint32(length - 4, bytes.length * 8);
    const state = [...START];
    const turn = (word, by) => (word >>> by) | (word << (32 - by));
    const w = new Int32Array(64);
    for (let block = 0; block < length; block += 64) {
      for (let t = 0; t < 64; t += 1) {
        if (t < 16) w[t] = data.getInt32(block + 4 * t);
        else {
          const [a, b] = [w[t - 15], w[t - 2]];
          w[t] = w[t - 16] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + w[t - 7] + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10));
        }
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let t = 0; t < 64; t += 1) {
        const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[t] + w[t]) | 0;
        const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
      }
      [a, b, c, d, e, f, g, h].forEach((word, at) => { state[at] = (state[at] + word) | 0; });
    }
    const out = new DataView(new ArrayBuffer(32));
    state.forEach((word, at) => out.setInt32(4 * at, word));
    return new Uint8Array(out.buffer);
  };

  const unseal = (salt, answer, sealed) => {
    const data = Uint8Array.from(atob(sealed), (c) => c.charCodeAt(0));
    for (let block = 0; 32 * block < data.length; block += 1) {
      sha256(`${salt}|${answer}|${block}`).forEach((byte, at) => { data[32 * block + at] ^= byte; });
      if (block === 0 && String.fromCharCode(...data.slice(0, 4)) !== "seal") return null;
    }
    const text = new TextDecoder().decode(data).trimEnd();
    return {right: text[4] === "1", text: text.slice(5)};
  };

  const reply = (task, raw) => {
    let understood = false;
    for (const [reading, butFor] of readings(raw, task.kind, task.unit, task.places)) {
      understood = true;
      for (const sealed of task.replies) {
        const found = unseal(task.salt, reading, sealed);
        if (!found) continue;
        if (!butFor || butFor === "coarser") return found;
        if (found.right) return {right: butFor === "points", text: BUT_FOR[butFor].replace("{unit}", task.unit)};
      }
    }
    if (understood) return {right: false, text: task.hint || "Look at the passage once more."};
    const asked = {number: "a number, such as 12.5", choice: "one letter", words: "a word or two"}[task.kind];
    return {right: null, text: `This exercise takes ${asked}.`};
  };
  window.budgetbook = {readings, reply, sha256}; // for the tests

  // ---- the form below a question

  const make = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };
  const say = (text) => text.split(/(\p{Script=Han}+)/u).map((part, at) => (at % 2 ? make("span", {lang: "zh-Hans"}, part) : part));
  const kept = {
    get: (name) => { try { return localStorage.getItem(name); } catch { return null; } },
    set: (name, value) => { try { localStorage.setItem(name, value); } catch { /* private mode: not remembered */ } },
  };

  const field = (task, id) => {
    if (task.kind === "choice") {
      const set = make("fieldset", {}, make("legend", {class: "visually-hidden"}, `Answers to ${task.number}`));
      for (const [letter, text] of task.options) {
        const radio = make("input", {type: "radio", name: id, value: letter, id: `${id}-${letter}`});
        set.append(make("div", {class: "option"}, radio, make("label", {for: radio.id}, ...say(text))));
      }
      return {shown: [set], read: () => set.querySelector("input:checked")?.value ?? ""};
    }
    const label = make("label", {for: id}, "Your answer", make("span", {class: "visually-hidden"}, ...say(` to ${task.number}, ${task.form}`)));
    const input = task.kind === "open" ? make("textarea", {id, rows: 3}) : make("input", {id, type: "text", autocomplete: "off"});
    return {shown: [label, input], read: () => input.value};
  };

  const answered = (box, task, id) => {
    const {shown, read} = field(task, id);
    const button = make("button", {type: "submit", class: "copy"}, task.kind === "open" ? "Compare" : "Check");
    const status = make("div", {role: "status", class: "reply"});
    const form = make("form", {class: "answer screen-only"}, ...shown, button, status);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (task.kind === "open") return compare(task, read(), status);
      if (task.kind === "choice" && !read()) return status.replaceChildren(make("p", {}, "Choose one first."));
      const {right, text} = reply(task, read());
      const head = {true: "Right. ", false: "Not yet. ", null: ""}[right];
      status.className = `reply ${{true: "right", false: "wrong", null: ""}[right]}`;
      status.replaceChildren(make("p", {}, make("strong", {}, head), ...say(text)));
    });
    if (task.kind !== "open") form.addEventListener("input", () => status.replaceChildren()); // it was to another answer
    box.append(form);
  };

  const compare = (task, text, status) => {
    if (text.replace(/\s/g, "").length < 20) {
      status.replaceChildren(make("p", {}, "Write two or three sentences first; then compare them with two other answers."));
      return;
    }
    const model = (key) => task.replies.map((sealed) => unseal(task.salt, key, sealed)).find(Boolean)?.text ?? "";
    const fold = (name, ...inside) => make("details", {}, make("summary", {}, name), ...inside);
    status.replaceChildren(
      make("p", {}, "Hold your answer against these points:"),
      make("ul", {}, ...task.rubric.map((point) => make("li", {}, ...say(point)))),
      fold("A strong answer", make("p", {}, ...say(model("strong")))),
      fold("A weak one", make("p", {}, ...say(model("weak")))),
    );
  };

  // A guess comes before what follows in its section: that waits, and is shown when the reader has committed to a guess, or
  // passes on.
  const guessed = (box, task, id) => {
    const waits = [];
    for (let next = box.closest(".cell").nextElementSibling; next; next = next.nextElementSibling) waits.push(next);
    const hide = (hidden) => waits.forEach((part) => (part.hidden = hidden));
    const look = `Now look at the ${waits.some((part) => part.querySelector("figure")) ? "picture" : "table"}.`;
    const name = `guess ${task.name}`;
    const [low, high] = task.between;
    const input = make("input", {type: "range", id, min: low, max: high, step: 1, value: kept.get(name) ?? Math.round((low + high) / 2)});
    const output = make("output", {for: id});
    const unit = task.unit ? ` ${task.unit}` : "";
    const tell = () => {
      output.replaceChildren(...say(`${input.value}${unit}`));
      input.setAttribute("aria-valuetext", `${input.value}${unit}`);
    };
    input.autocomplete = "off"; // as in play.js
    input.addEventListener("input", tell);
    addEventListener("pageshow", tell);
    tell();
    const commit = make("button", {type: "submit", class: "copy"}, "This is my guess");
    const skip = make("button", {type: "button", class: "copy skip"}, "Show without a guess");
    const status = make("div", {role: "status", class: "reply"}, "The rest of this section waits for it.");
    const form = make("form", {class: "answer screen-only"}, make("label", {for: id}, "Your guess"), input, output, commit, skip, status);
    const open = (text) => {
      hide(false);
      skip.hidden = true;
      status.replaceChildren(...say(text));
    };
    const remembered = () => open(`You guessed ${kept.get(name) ?? input.value}${unit}. ${look}`);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      kept.set(name, input.value);
      open(`You guessed ${input.value}${unit}. ${look}`);
    });
    skip.addEventListener("click", () => open(look));
    const led = () => {
      const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      return waits.some((part) => part.contains(target));
    };
    hide(kept.get(name) === null && !led() && "until-found");
    waits.forEach((part) => part.addEventListener("beforematch", () => open(look)));
    addEventListener("hashchange", () => { if (led()) open(look); });
    addEventListener("beforeprint", () => hide(false));
    if (kept.get(name) !== null) remembered();
    box.append(form);
  };

  document.addEventListener("DOMContentLoaded", () => {
    for (const box of document.querySelectorAll("[data-exercise]")) {
      const task = JSON.parse(box.dataset.exercise);
      const id = `answer-${task.name}`;
      box.classList.add("live");
      (task.kind === "guess" ? guessed : answered)(box, task, id);
    }
  });
})();
