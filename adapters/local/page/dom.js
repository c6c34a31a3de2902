// Small helpers to build the page from nodes and words; nothing here parses HTML.

export const byId = (id) => document.getElementById(id);

/** Build an element: properties, `aria-*`, `data-*` and `on*` listeners, then children (nodes or words). */
export function el(tag, given = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "class") made.className = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** Show `items` in `parent`, making anew only the nodes whose item changed; the focus stays where it was. */
export function keyed(parent, items, make) {
  const known = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  const nodes = items.map((item) => {
    const signature = JSON.stringify(item);
    const old = known.get(item.key);
    if (old && old.signature === signature) return old;
    const made = make(item);
    made.dataset.key = item.key;
    made.signature = signature;
    return made;
  });
  const focus = remembered(parent);
  let changed = nodes.length !== parent.children.length;
  nodes.forEach((node, place) => {
    if (parent.children[place] !== node) {
      changed = true;
      parent.insertBefore(node, parent.children[place] ?? null);
    }
  });
  while (parent.children.length > nodes.length) parent.lastElementChild.remove();
  if (changed) restore(parent, focus);
}

function remembered(parent) {
  const active = document.activeElement;
  const item = active?.closest?.("[data-key]");
  if (!item || !parent.contains(item)) return null;
  return {
    key: item.dataset.key,
    place: [...parent.children].indexOf(item),
    name: active.dataset.focus,
    from: active.selectionStart,
    to: active.selectionEnd,
  };
}

function restore(parent, focus) {
  if (!focus || parent.contains(document.activeElement)) return;
  const item = [...parent.children].find((node) => node.dataset.key === focus.key)
    ?? parent.children[Math.min(focus.place, parent.children.length - 1)];
  const target = item?.querySelector(`[data-focus="${CSS.escape(focus.name ?? "")}"]`) ?? item;
  if (target && target === item) target.tabIndex = -1;
  target?.focus({ preventScroll: true });
  if (target?.tagName === "TEXTAREA") target.setSelectionRange(focus.from, focus.to);
}
