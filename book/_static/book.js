// Shows and hides all code of a page with one button, and remembers the choice. Without this script every fold still
// opens and closes by itself.
document.addEventListener("DOMContentLoaded", () => {
  const button = document.querySelector("button.all-code");
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
    button.setAttribute("aria-pressed", open);
    button.textContent = open ? "Hide all code" : "Show all code";
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-pressed") !== "true";
    set(open);
    remembered(open ? "open" : "folded");
  });
  if (remembered() === "open") set(true);
});
