// Building the page without markup in strings: text can only ever become text.

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  plus: "M12 5v14M5 12h14",
  back: "M15 5l-7 7 7 7",
  down: "M6 9l6 6 6-6",
  link: "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.700-5.600l-1.700 1.700M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.700 5.600l1.700-1.700",
  block: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM5.700 5.700l12.600 12.600",
  clip: "M20 11.500l-8.200 8.200a5 5 0 0 1-7.100-7.100l8.600-8.600a3.300 3.300 0 0 1 4.700 4.700l-8.500 8.500a1.700 1.700 0 0 1-2.400-2.400l7.800-7.700",
  send: "M4 12l16-8-5 17-3.500-7.500zM11.500 13.500L20 4",
  slash: "M4 4h16v16H4zM14 8l-4 8",
  keys: "M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M8 14h8",
  mic: "M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM5 11a7 7 0 0 0 14 0M12 18v3",
  dots: "M12 5h.01M12 12h.01M12 19h.01",
  file: "M7 3h7l5 5v13H7zM14 3v5h5",
  photo: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h.01",
  film: "M4 6h11v12H4zM15 11l5-3v8l-5-3",
  music: "M9 18V6l10-2v12M9 18a2.500 2.500 0 1 1-5 0 2.500 2.500 0 0 1 5 0zM19 16a2.500 2.500 0 1 1-5 0 2.500 2.500 0 0 1 5 0z",
  round: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM10 9l5 3-5 3z",
  smile: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8.500 14a4 4 0 0 0 7 0M9 9.500h.01M15 9.500h.01",
  pin: "M12 21s-7-6.500-7-11.500a7 7 0 0 1 14 0C19 14.500 12 21 12 21zM12 12a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20a8 8 0 0 1 16 0",
  people: "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 19a6.500 6.500 0 0 1 13 0M16 4.500a3.500 3.500 0 0 1 0 6.500M18 13.500a6.500 6.500 0 0 1 3.500 5.500",
  close: "M6 6l12 12M18 6L6 18",
  reply: "M10 7L5 12l5 5M5 12h8a6 6 0 0 1 6 6",
  edit: "M4 20h4L19 9l-4-4L4 16z",
  bin: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  check: "M3 12.500l5 5L19 6.500",
  checks: "M1.500 12.500l5 5L17 6.500M12.500 16.500l1 1L24 6.500",
  save: "M12 4v11M7 11l5 5 5-5M5 20h14",
};

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", name === "checks" ? "0 0 26 24" : "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

export function iconButton(name, label, onclick, more = {}) {
  return el("button", { type: "button", class: "icon", "aria-label": label, title: label, onclick, ...more }, icon(name));
}

export const byId = (id) => document.getElementById(id);

export function toast(text) {
  const note = el("div", { class: "toast" }, text);
  byId("toasts").append(note);
  setTimeout(() => note.remove(), 5000);
}

// A dialog with fields; answers with their values, or null when it was closed.
export function ask(title, fields, confirm) {
  return new Promise((resolve) => {
    const inputs = fields.map(({ name, label, value, options, ...more }) => {
      const input = options
        ? el("select", { name }, ...options.map(([key, text]) => el("option", { value: key }, text)))
        : el("input", { name, value, autocomplete: "off", ...more });
      return el("label", {}, label, input);
    });
    const close = el("button", { type: "button", class: "plain", onclick: () => dialog.close() }, "Отмена");
    const form = el("form", { method: "dialog" }, el("h2", {}, title), ...inputs,
      el("div", { class: "row" }, fields.length ? close : "", el("button", { class: "primary" }, confirm)));
    const dialog = el("dialog", { "aria-label": title }, form);
    let taken = null;
    form.addEventListener("submit", () => { taken = Object.fromEntries(new FormData(form)); });
    dialog.addEventListener("close", () => { dialog.remove(); resolve(taken); });
    document.body.append(dialog);
    dialog.showModal();
  });
}
