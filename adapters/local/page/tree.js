// A message tree as nodes. Words go in as text; a link leads to the web, to mail, or to a message here.

import { el } from "./dom.js";
import { size, whenHere, word } from "./words.js";

const SAFE = /^(https?:\/\/|mailto:)/i;
const HERE = /^#[CD]\d+(\/m\d+)?$/;

/** Return the nodes of a message; `here` gives names (`name`, `channel`, `me`), the community's `zone`, and `press(action, value)`. */
export const message = (body, here) => body.blocks.map((node) => block(node, here));

/** Return the words of a message for those who hear it: each block and each item ends with a pause, buttons are not said. */
export const spokenWords = (body, here) => body.blocks.map((node) => spoken(node, here)).filter(Boolean).join(" ");

function spoken(node, here) {
  switch (node.kind) {
    case "buttons": return "";
    case "file": return paused(word("file.spoken", { name: node.name }));
    case "quote": return spokenWords(node, here);
    case "bullets": return node.items.map((blocks) => spokenWords({ blocks }, here)).join(" ");
    default: return paused(wordsOf(block(node, here)));
  }
}

function wordsOf(made) {
  for (const line of made.querySelectorAll("br")) line.replaceWith(" ");
  return made.textContent.trim();
}

const paused = (words) => (!words || /[.,:;!?…]$/.test(words) ? words : `${words}.`);

function block(node, here) {
  switch (node.kind) {
    case "paragraph": return el("p", {}, ...inlines(node.children, here));
    case "quote": return el("blockquote", {}, ...node.blocks.map((inner) => block(inner, here)));
    case "bullets": return el(node.ordered ? "ol" : "ul", {}, ...node.items.map((item) => el("li", {}, ...item.map((inner) => block(inner, here)))));
    case "code_block": return el("pre", { tabindex: "0" }, el("code", {}, node.text));
    case "buttons": return el("div", { class: "row" }, ...node.buttons.map((button) => el("button", {
      type: "button",
      "data-focus": `${button.action}/${button.value}`,
      onclick: () => here.press(button.action, button.value),
    }, ...inlines([button.label], here))));
    case "file": return file(node);
    default: return el("p");
  }
}

const addresses = new Map(); // one for each content, for as long as the page is open

function file({ name, media, content }) {
  const whole = new Blob([content], { type: media });
  const key = JSON.stringify([name, media, content]);
  if (!addresses.has(key)) addresses.set(key, URL.createObjectURL(whole));
  return el("p", {}, el("a", {
    class: "file", href: addresses.get(key), download: name, "data-focus": `file ${name}`,
    "aria-label": word("file", { name, size: size(whole.size) }),
  }, name, el("span", { class: "quiet" }, size(whole.size))));
}

const inlines = (nodes, here) => nodes.map((node) => inline(node, here));

function inline(node, here) {
  switch (node.kind) {
    case "plain": return document.createTextNode(node.text);
    case "strong": return el("strong", {}, ...inlines(node.children, here));
    case "emphasis": return el("em", {}, ...inlines(node.children, here));
    case "code": return el("code", {}, node.text);
    case "break": return el("br");
    case "mention": return el("span", { class: "mention" }, `@${here.name(node.member)}`);
    case "named": return document.createTextNode(here.name(node.member));
    case "channel": return el("a", { href: `#${node.channel}` }, here.channel(node.channel));
    case "when": return el("time", { datetime: node.at }, whenHere(node.at, node.style, here.zone));
    case "link": return link(node, here);
    case "message_link": return el("span", {}, ...inlines(node.children, here));
    case "translated": return document.createTextNode(node.msgid);
    default: return document.createTextNode("");
  }
}

function link(node, here) {
  const children = inlines(node.children, here);
  if (HERE.test(node.url)) return el("a", { href: node.url }, ...children);
  if (SAFE.test(node.url)) return el("a", { href: node.url, target: "_blank", rel: "noopener noreferrer" }, ...children);
  return el("span", {}, ...children);
}
