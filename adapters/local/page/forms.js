// Forms that the bot opens, and the two small questions of the page, as real dialogs.

import { byId, el } from "./dom.js";
import { message as tree } from "./tree.js";
import { count, word } from "./words.js";

let shown = null;
let round = -1;

/** Show the form of the state, bring it up to date, or take it away. */
export function showForm(open, room) {
  const dialog = byId("form");
  if (!open) {
    shown = null;
    if (dialog.open) dialog.close();
    return;
  }
  if (shown !== open.id) {
    shown = open.id;
    round = -1;
    build(dialog, open, room);
    if (!dialog.open) dialog.showModal();
    // An introduction may hold something that can be scrolled, and would be focused first.
    dialog.querySelector("[name]")?.focus();
  }
  if (round !== open.round) {
    round = open.round;
    showErrors(dialog, Object.fromEntries(
      Object.entries(open.errors).map(([name, body]) => [name, tree(body, room)]),
    ));
  }
}

function build(dialog, open, room) {
  const { form } = open;
  const trouble = el("p", { class: "error", role: "alert", id: "form-error" });
  const submit = el("button", { type: "submit", class: "main" }, form.submit);
  const fields = el("form", {
    novalidate: true,
    onsubmit: async (event) => {
      event.preventDefault();
      if (submit.getAttribute("aria-disabled")) return;
      const empty = (field) => field.required && asked(dialog, field) && !control(dialog, field.name).value.trim();
      const missing = form.fields.filter(empty);
      showErrors(dialog, Object.fromEntries(missing.map((field) => [field.name, [word("required")]])));
      if (missing.length) return;
      const values = Object.fromEntries(form.fields.map((field) => [field.name, control(dialog, field.name).value]));
      submit.setAttribute("aria-disabled", "true");
      submit.textContent = word("form.sending");
      try {
        trouble.textContent = await room.submit(open.id, values);
      } finally {
        submit.removeAttribute("aria-disabled");
        submit.textContent = form.submit;
      }
    },
  }, ...form.fields.map(field), trouble, el("div", { class: "choices" },
    submit,
    el("button", { type: "button", onclick: () => room.dismissForm(open.id) }, word("cancel")),
  ));
  dialog.replaceChildren(el("h2", { id: "form-title" }, form.title), ...(form.intro ? tree(form.intro, room) : []), fields);
  const reveal = () => {
    for (const given of form.fields) byId(`field-${given.name}`).closest(".field").hidden = !asked(dialog, given);
  };
  fields.onchange = reveal;
  reveal();
  dialog.oncancel = (event) => {
    event.preventDefault();
    room.dismissForm(open.id);
  };
}

/** Whether a field is to be filled in, for what is chosen in another one. */
const asked = (dialog, { given }) => !given || control(dialog, given[0]).value === given[1];

const control = (dialog, name) => dialog.querySelector(`[name="${CSS.escape(name)}"]`);

function field(given) {
  const id = `field-${given.name}`;
  const shared = { id, name: given.name, "aria-describedby": `${id}-error ${id}-help`, "aria-required": String(given.required) };
  return el("div", { class: "field" },
    el("label", { for: id }, given.label, !given.required && el("span", {}, ` (${word("optional")})`)),
    input(given, shared),
    el("div", { class: "error", id: `${id}-error` }),
    given.help && el("p", { class: "help", id: `${id}-help` }, given.help),
  );
}

function input(given, shared) {
  if (given.kind === "choice") {
    // Nothing is chosen for the person where the form chooses nothing.
    return el("select", shared, !given.value && el("option", { value: "" }, ""), ...given.choices.map((choice) => el("option", {
      value: choice.value, selected: choice.value === given.value,
    }, choice.label)));
  }
  if (given.kind === "long") return el("textarea", { ...shared, rows: "4" }, given.value);
  const kinds = { date: { type: "date" }, integer: { type: "text", inputmode: "numeric" } };
  return el("input", { ...shared, ...(kinds[given.kind] ?? { type: "text" }), value: given.value, autocomplete: "off" });
}

function showErrors(dialog, errors) {
  let first = null;
  for (const node of dialog.querySelectorAll("[name]")) {
    const words = errors[node.name] ?? [];
    byId(`field-${node.name}-error`).replaceChildren(...words);
    if (words.length) node.setAttribute("aria-invalid", "true");
    else node.removeAttribute("aria-invalid");
    if (words.length) first ??= node;
  }
  const wrong = Object.keys(errors).length;
  byId("form-error").textContent = wrong ? count("fields.wrong", wrong) : "";
  first?.focus();
}

/** Ask before a message is deleted; resolves to whether to go on. */
export function confirmed() {
  const dialog = byId("confirm");
  return new Promise((resolve) => {
    let yes = false;
    byId("confirm-yes").onclick = () => {
      yes = true;
      dialog.close();
    };
    byId("confirm-no").onclick = () => dialog.close();
    dialog.onclose = () => resolve(yes);
    dialog.showModal();
  });
}

/** Ask for a new channel's name until `make(name)` gives its id, or throws what is wrong as a sentence. */
export function namedChannel(make) {
  const dialog = byId("channel");
  const name = byId("channel-name");
  const wrong = (sentence) => {
    byId("channel-error").textContent = sentence;
    name.setAttribute("aria-invalid", String(Boolean(sentence)));
  };
  name.value = "";
  wrong("");
  return new Promise((resolve) => {
    let made = null;
    byId("channel-form").onsubmit = async (event) => {
      event.preventDefault();
      try {
        made = await make(name.value);
        dialog.close();
      } catch (refused) {
        wrong(refused.message);
        name.focus();
      }
    };
    byId("channel-cancel").onclick = () => dialog.close();
    dialog.onclose = () => resolve(made);
    dialog.showModal();
  });
}

/** Ask whom to write to among `people`; resolves to an id, or nothing. */
export function chosenPerson(people) {
  const dialog = byId("direct");
  const choice = byId("direct-with");
  choice.replaceChildren(...people.map((person) => el("option", { value: person.id }, person.name)));
  return new Promise((resolve) => {
    let chosen = null;
    byId("direct-form").onsubmit = (event) => {
      event.preventDefault();
      chosen = choice.value;
      dialog.close();
    };
    byId("direct-cancel").onclick = () => dialog.close();
    dialog.onclose = () => resolve(chosen);
    dialog.showModal();
  });
}
