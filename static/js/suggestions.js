// Suggestions while typing: an editable combobox with a list, as the ARIA Authoring Practices describe it.
// Without this, the field is just a field.

const WAIT = 150; // milliseconds in which nothing is typed
const SHORTEST = 2;

class Suggestions {
  constructor(root) {
    this.field = root.querySelector("input");
    this.address = root.dataset.portalSuggestions;
    this.active = -1;
    this.options = [];

    this.list = Object.assign(document.createElement("div"), {
      id: `${this.field.id}-suggestions`,
      className: "suggestions",
      hidden: true,
    });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", root.dataset.portalSuggestionsLabel);
    this.status = Object.assign(document.createElement("p"), { className: "visually-hidden" });
    this.status.setAttribute("role", "status");
    root.append(this.list, this.status);

    // A field for searching takes no part in a combobox everywhere; one for text does.
    this.field.type = "text";
    this.field.enterKeyHint = "search";
    this.setOnField({ role: "combobox", "aria-autocomplete": "list", "aria-controls": this.list.id });
    this.close();

    this.field.addEventListener("input", () => this.ask());
    this.field.addEventListener("keydown", (event) => this.press(event));
    this.field.addEventListener("blur", () => this.close());
    // The field keeps the focus, or its list would close before the click arrives.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.click(event));
    addEventListener("pagehide", () => this.close());
  }

  setOnField(attributes) {
    for (const [name, value] of Object.entries(attributes)) this.field.setAttribute(name, value);
  }

  // ---- asking

  ask(wait = WAIT) {
    clearTimeout(this.timer);
    this.request?.abort();
    const text = this.field.value.trim();
    if (text.length < SHORTEST) return this.close();
    this.timer = setTimeout(() => this.fetch(text), wait);
  }

  async fetch(text) {
    this.request = new AbortController();
    try {
      const response = await fetch(`${this.address}?q=${encodeURIComponent(text)}`, { signal: this.request.signal });
      if (!response.ok) throw new Error(response.statusText);
      const part = await response.text();
      if (document.activeElement === this.field) this.show(part);
    } catch {
      // Another letter was typed, or the network is away: a search by Enter will say so.
      this.close();
    }
  }

  show(part) {
    this.list.innerHTML = part;
    this.options = [...this.list.querySelectorAll("[role=option]")];
    this.options.forEach((option, place) => (option.id = `${this.list.id}-${place}`));
    this.status.textContent = this.list.firstElementChild?.dataset.portalAnnouncement ?? "";
    this.list.hidden = !this.options.length;
    this.setOnField({ "aria-expanded": String(!this.list.hidden) });
    this.activate(-1);
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.list.hidden = true;
    this.status.textContent = "";
    this.setOnField({ "aria-expanded": "false" });
    this.activate(-1);
  }

  // ---- choosing

  activate(place) {
    this.options[this.active]?.setAttribute("aria-selected", "false");
    this.active = place;
    const option = this.options[place];
    if (!option) return this.field.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.setOnField({ "aria-activedescendant": option.id });
  }

  // The field itself is one stop on the way round.
  move(step) {
    const stops = this.options.length + 1;
    this.activate(((this.active + 1 + step + stops) % stops) - 1);
  }

  press(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const isOpen = !this.list.hidden;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        event.preventDefault();
        if (!isOpen) this.ask(0);
        else if (event.altKey) this.close();
        else this.move(event.key === "ArrowDown" ? 1 : -1);
        break;
      case "Enter":
        if (isOpen && this.active >= 0) {
          event.preventDefault();
          this.options[this.active].click();
        }
        break;
      case "Escape":
        // Closes the list, or the one that is on its way; what was typed stays.
        event.preventDefault();
        this.close();
        break;
      // The caret moves in the text; the choice goes back there too.
      case "Home":
      case "End":
      case "ArrowLeft":
      case "ArrowRight":
        this.activate(-1);
    }
  }

  // Words go through the form, which keeps the filters; everything else is a link.
  click(event) {
    const option = event.target.closest("[data-portal-completes]");
    if (!option || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.field.value = option.dataset.portalCompletes;
    this.close();
    this.field.form.requestSubmit();
  }
}

for (const root of document.querySelectorAll("[data-portal-suggestions]")) new Suggestions(root);
