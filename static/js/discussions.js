// Writing in discussions: names after an @, a look at the text before it is sent, quoting what is marked. Everything
// works without: names are plain text, the preview is a button, and a quotation a link.

const WAIT = 150; // milliseconds in which nothing is typed
const LONGEST_NAME = 60;

// ---- a list of names after an @: a textarea with a listbox, as the ARIA Authoring Practices describe a combobox

class Names {
  constructor(form, field) {
    this.field = field;
    this.address = form.dataset.portalNames;
    this.options = [];
    this.active = -1;
    this.list = Object.assign(document.createElement("div"), { id: `${field.id}-names`, className: "names", hidden: true });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", form.dataset.portalNamesLabel);
    field.after(this.list);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", this.list.id);
    field.addEventListener("input", () => this.ask());
    field.addEventListener("click", () => this.close());
    field.addEventListener("keydown", (event) => this.press(event));
    field.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.take(option);
    });
  }

  // What was typed since the last @ before the caret, or null.
  beginning() {
    const { selectionStart, selectionEnd, value } = this.field;
    if (selectionStart !== selectionEnd) return null;
    const found = value.slice(Math.max(0, selectionStart - LONGEST_NAME), selectionStart).match(/(?:^|[^\p{L}\p{N}_@/.])@([\p{L}\p{N}][^@\n]*)$/u);
    return found ? found[1] : null;
  }

  ask() {
    clearTimeout(this.timer);
    this.request?.abort();
    const text = this.beginning();
    if (text === null) return this.close();
    this.timer = setTimeout(() => this.fetch(text), WAIT);
  }

  async fetch(text) {
    this.request = new AbortController();
    try {
      const response = await fetch(`${this.address}&q=${encodeURIComponent(text)}`, { signal: this.request.signal });
      if (!response.ok) throw new Error(response.statusText);
      const { names } = await response.json();
      if (document.activeElement === this.field && this.beginning() === text) this.show(names);
    } catch {
      this.close();
    }
  }

  show(names) {
    this.options = names.map(({ words, name, note }, place) => {
      const option = Object.assign(document.createElement("div"), { id: `${this.list.id}-${place}`, className: "names__option" });
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.words = words;
      option.append(Object.assign(document.createElement("span"), { textContent: name }));
      if (note) option.append(Object.assign(document.createElement("span"), { textContent: note, className: "quiet" }));
      return option;
    });
    this.list.replaceChildren(...this.options);
    this.list.hidden = !this.options.length;
    this.activate(this.options.length ? 0 : -1);
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.list.hidden = true;
    this.activate(-1);
  }

  activate(place) {
    this.options[this.active]?.setAttribute("aria-selected", "false");
    this.active = place;
    const option = this.options[place];
    if (!option) return this.field.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    this.field.setAttribute("aria-activedescendant", option.id);
  }

  press(event) {
    if (this.list.hidden || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const count = this.options.length;
    switch (event.key) {
      case "ArrowDown":
        this.activate((this.active + 1) % count);
        break;
      case "ArrowUp":
        this.activate((this.active - 1 + count) % count);
        break;
      case "Enter":
        if (this.active < 0) return;
        this.take(this.options[this.active]);
        break;
      case "Escape":
        this.close();
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  take(option) {
    const end = this.field.selectionStart;
    const start = end - this.beginning().length;
    this.field.setRangeText(`${option.dataset.words} `, start, end, "end");
    this.close();
    this.field.focus();
  }
}

// ---- what it will look like

function addPreview(form, field) {
  const box = field.closest("[data-portal-text]");
  const tabs = Object.assign(document.createElement("div"), { className: "writing__tabs" });
  const shown = Object.assign(document.createElement("div"), { className: "preview", hidden: true, tabIndex: -1 });
  const [write, look] = [form.dataset.portalWrite, form.dataset.portalLook].map((words) =>
    Object.assign(document.createElement("button"), { type: "button", textContent: words }),
  );
  shown.setAttribute("role", "region");
  shown.setAttribute("aria-label", look.textContent);

  const show = async (isPreview) => {
    write.setAttribute("aria-pressed", String(!isPreview));
    look.setAttribute("aria-pressed", String(isPreview));
    field.hidden = isPreview;
    shown.hidden = !isPreview;
    if (!isPreview) return field.focus();
    const data = new FormData();
    data.set("text", field.value);
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    try {
      const response = await fetch(form.dataset.portalPreview, { method: "POST", body: data });
      if (!response.ok) throw new Error(response.statusText);
      shown.innerHTML = await response.text();
      shown.focus({ preventScroll: true });
    } catch {
      // The button below does the same by way of the server.
      form.elements.preview.hidden = false;
      show(false);
    }
  };
  write.addEventListener("click", () => show(false));
  look.addEventListener("click", () => show(true));
  // What the browser finds missing has to be seen.
  field.addEventListener("invalid", () => show(false));
  write.setAttribute("aria-pressed", "true");
  look.setAttribute("aria-pressed", "false");
  tabs.append(write, look);
  box.prepend(tabs);
  field.after(shown);
  form.elements.preview.hidden = true;
  return () => show(false);
}

// ---- what was typed outlives a reload, a lost connection and a session that ended, as long as the tab is open

function keepDraft(form, field) {
  const key = form.dataset.portalDraft;
  // Of a text that is there already, the server has what counts.
  if (!key) return;
  if (document.querySelector(".messages .notice--success")) sessionStorage.removeItem(key);
  if (!field.value) field.value = sessionStorage.getItem(key) ?? "";
  field.addEventListener("input", () => sessionStorage.setItem(key, field.value));
}

// ---- answering and quoting without a journey, so that nothing typed is lost on the way

function markedIn(post) {
  const selection = getSelection();
  const text = post.querySelector("[data-portal-quotable]");
  if (!text || selection.isCollapsed || !text.contains(selection.anchorNode) || !text.contains(selection.focusNode)) return "";
  return selection.toString().trim();
}

function quoted(author, address, text) {
  const lines = text.replace(/[\\`*_[\]<]/g, "\\$&").split("\n");
  const name = author.replace(/[\\`*_[\]<]/g, "\\$&");
  return [`[${name}](${address}):`, "", ...lines].map((line) => `> ${line}`.trimEnd()).join("\n") + "\n\n";
}

function answer(form, post) {
  form.elements.reply_to.value = post.dataset.portalPost;
  const line = form.querySelector("[data-portal-answers]");
  const link = line.querySelector("[data-portal-answered]");
  link.textContent = post.querySelector("[data-portal-author]").textContent;
  link.href = `#${post.id}`;
  line.hidden = false;
}

function toEnd(form, field) {
  field.focus({ preventScroll: true });
  field.setSelectionRange(field.value.length, field.value.length);
  field.scrollTop = field.scrollHeight;
  form.scrollIntoView({ block: "start" });
}

for (const form of document.querySelectorAll("[data-portal-writing]")) {
  const field = form.elements.text;
  new Names(form, field);
  const write = addPreview(form, field);
  keepDraft(form, field);
  // A second click sends nothing a second time.
  form.addEventListener("submit", (event) => {
    if (form.dataset.portalSent) event.preventDefault();
    else if (event.submitter?.name !== "preview") form.dataset.portalSent = "1";
  });
  addEventListener("pageshow", () => delete form.dataset.portalSent);

  if (!form.elements.reply_to) continue;
  // Whoever came to quote goes on writing below the quotation. The browser itself leads to the field as well.
  if (location.hash === `#${field.id}`) addEventListener("load", () => toEnd(form, field), { once: true });
  document.addEventListener("mousedown", (event) => {
    // The click would take the mark away before it can be quoted.
    if (event.target.closest("[data-portal-quote]")) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-portal-reply], [data-portal-quote]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const post = link.closest("[data-portal-post]");
    if (link.matches("[data-portal-quote]")) {
      const marked = markedIn(post);
      // The whole of a post is quoted by the server, which knows its Markdown.
      if (!marked && field.value.trim() === "") return;
      const text = marked || post.querySelector("[data-portal-quotable]").innerText.trim();
      const address = post.querySelector(".post__facts a").href.replace(/\/[a-z]{2}\/discussions\//, "/discussions/");
      const before = field.value.trim() ? `${field.value.trimEnd()}\n\n` : "";
      field.value = before + quoted(post.querySelector("[data-portal-author]").textContent, address, text);
    }
    event.preventDefault();
    answer(form, post);
    write();
    toEnd(form, field);
  });
}
