// The box to write in: Enter sends, Shift+Enter starts a line, `/` or its button lists commands; words are kept until sent.

import { el } from "./dom.js";
import { get, wrongLength } from "./live.js";
import { count, word } from "./words.js";

/** Fill `form` with a composer. `place()` gives `{key, label, short, hint, me}`, `short` for inside the box; `send(text)` resolves when it is kept. */
export function composer(form, place, send) {
  const id = form.id;
  const problem = el("p", { class: "error", id: `${id}-error`, role: "alert" });
  const hint = el("p", { class: "hint", id: `${id}-hint` });
  const status = el("p", { class: "unseen", role: "status" });
  const options = el("ul", { class: "commands", id: `${id}-commands`, role: "listbox", hidden: true });
  const box = el("textarea", { rows: "1", id: `${id}-box`, "aria-describedby": `${id}-error ${id}-hint`, enterkeyhint: "send" });
  const button = el("button", { type: "submit", class: "main send" });
  const list = el("button", { type: "button", class: "list", onclick: begin }, "/");
  form.append(options, el("div", { class: "box" }, list, box, button), problem, hint, status);

  let hints = [];
  let active = -1;
  let asked = 0;
  let sending = false;
  let key = "";

  const draft = () => `draft ${key}`;

  function keep() {
    if (box.value) sessionStorage.setItem(draft(), box.value);
    else sessionStorage.removeItem(draft());
    list.hidden = Boolean(box.value) && !box.value.startsWith("/");
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 2}px`;
  }

  function close() {
    asked += 1;
    hints = [];
    active = -1;
    options.hidden = true;
    for (const name of ["role", "aria-expanded", "aria-controls", "aria-autocomplete", "aria-haspopup", "aria-activedescendant"]) {
      box.removeAttribute(name);
    }
  }

  function open() {
    options.hidden = false;
    options.setAttribute("aria-label", word("commands"));
    box.setAttribute("role", "combobox");
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-haspopup", "listbox");
    box.setAttribute("aria-expanded", "true");
    box.setAttribute("aria-controls", options.id);
    options.replaceChildren(...hints.map((one, index) => el("li", {
      role: "option",
      id: `${options.id}-${index}`,
      "aria-selected": "false",
      onmousedown: (event) => event.preventDefault(),
      onclick: () => take(index),
    }, el("code", {}, `/causerie ${one.usage}`), el("span", {}, one.help))));
    status.textContent = count("commands.count", hints.length);
  }

  function choose(index) {
    active = (index + hints.length) % hints.length;
    [...options.children].forEach((node, place) => node.setAttribute("aria-selected", String(place === active)));
    box.setAttribute("aria-activedescendant", `${options.id}-${active}`);
    options.children[active].scrollIntoView({ block: "nearest" });
  }

  function take(index) {
    box.value = hints[index].insert;
    keep();
    box.focus();
    complete();
  }

  function begin() {
    box.value ||= "/";
    keep();
    box.focus();
    complete();
  }

  async function complete() {
    close();
    const typed = box.value;
    if (!typed.startsWith("/") || typed.includes("\n")) return;
    const mine = asked;
    let found;
    try {
      found = await get("/api/commands", { q: typed, as: place().me });
    } catch {
      return; // The words can still be typed and sent; sending says what is wrong.
    }
    found = found.filter((one) => one.insert.trim() !== typed.trim());
    if (mine !== asked || box.value !== typed || !found.length) return;
    hints = found;
    open();
  }

  box.addEventListener("input", () => {
    problem.textContent = "";
    keep();
    complete();
  });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const listed = hints.length > 0;
    if (listed && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      choose(event.key === "ArrowDown" ? active + 1 : (active < 0 ? 0 : active) - 1);
    } else if (listed && event.key === "Escape") {
      event.stopPropagation();
      close();
    } else if (listed && event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      take(Math.max(active, 0));
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (listed && active >= 0) take(active);
      else form.requestSubmit();
    }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = box.value;
    const from = draft();
    problem.textContent = wrongLength(text);
    if (problem.textContent || sending) return;
    close();
    sending = true;
    try {
      await send(text);
      if (sessionStorage.getItem(from) === text) sessionStorage.removeItem(from);
      if (draft() === from && box.value === text) {
        box.value = "";
        keep();
      }
    } catch (refused) {
      problem.textContent = refused.message;
    } finally {
      sending = false;
    }
    box.focus();
  });

  return {
    /** Say where this composer writes now; what was typed there comes back. */
    show() {
      const here = place();
      box.setAttribute("aria-label", here.label);
      box.placeholder = here.short;
      list.setAttribute("aria-label", word("commands.list"));
      list.title = word("commands.list");
      button.textContent = word("send");
      hint.textContent = here.hint;
      if (here.key === key) return;
      key = here.key;
      close();
      problem.textContent = "";
      box.value = sessionStorage.getItem(draft()) ?? "";
      keep();
    },
    focus: () => box.focus(),
  };
}
