// Comforts for whoever writes a sheet: saved without asking, nothing lost, rows added, words counted.
// The form is sent and answered in the same way without them.

const QUIET = 3000;

// ---------------------------------------------------------------- sheets like the one that is begun

for (const form of document.querySelectorAll("[data-portal-similar]")) {
  const title = form.querySelector("[data-portal-similar-title]");
  const list = form.querySelector("[data-portal-similar-list]");
  let timer;
  let asked = "";
  const ask = async () => {
    const text = title.value.trim();
    if (text === asked) return;
    asked = text;
    try {
      // Once the session has ended, the answer would be the page to log in.
      const answer = await fetch(`${form.dataset.portalSimilar}?title=${encodeURIComponent(text)}`, { redirect: "error" });
      // Whoever types on is not shown what an earlier title was like.
      if (answer.ok && text === asked) list.innerHTML = await answer.text();
    } catch {
      // Without a connection or a session there is nothing to show.
    }
  };
  title.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 600);
  });
  // Fast hands have typed before this script was there.
  if (title.value) ask();
}

// ---------------------------------------------------------------- rows

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [8, 4, 4, 4, 12].reduce(([done, rest], size) => [[...done, rest.slice(0, size)], rest.slice(size)], [[], hex])[0].join("-");
}

function addRow(rows) {
  const total = rows.querySelector("[name$='-TOTAL_FORMS']");
  const holder = document.createElement("template");
  holder.innerHTML = rows.querySelector("template").innerHTML.replaceAll("__prefix__", total.value);
  const row = holder.content.firstElementChild;
  total.value = Number(total.value) + 1;
  row.setAttribute("aria-label", `${row.getAttribute("aria-label").trim()} ${total.value}`);
  row.querySelector("[name$='-key']").value = newKey();
  rows.querySelector("[data-portal-row-list]").append(row);
  return row;
}

for (const rows of document.querySelectorAll("[data-portal-rows]")) {
  const add = rows.querySelector("[data-portal-add-row]");
  if (!add) continue;
  add.hidden = false;
  add.querySelector("button").addEventListener("click", () => {
    addRow(rows).querySelector("input:not([type=hidden]), select, textarea")?.focus();
  });
}

// On a narrow screen the tabs are one line to swipe along: show where one is.
document.querySelector(".writing-tab[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// ---------------------------------------------------------------- words

function countWords(counter, field, sentence) {
  const words = field.value.trim() ? field.value.trim().split(/\s+/).length : 0;
  counter.textContent = words ? ` · ${sentence.replace("{number}", words)}` : "";
  counter.toggleAttribute("data-portal-over", words > Number(counter.dataset.portalMost) * 1.5);
}

// ---------------------------------------------------------------- saving

const form = document.querySelector("[data-portal-writing]");
if (form) keepSaved(form);

function keepSaved(form) {
  const texts = form.dataset;
  const status = form.querySelector("[data-portal-status]");
  const token = form.querySelector("[name=token]");
  const place = `portal-writing:${texts.portalWriting}:${location.pathname.replace(/^\/\w\w\//, "")}`;
  let timer;
  let isSending = false;
  let isStopped = false;
  let whenSent = null;
  let sent = written();

  for (const counter of form.querySelectorAll("[data-portal-words]")) {
    const field = document.getElementById(counter.dataset.portalWords);
    if (!field) continue;
    const count = () => countWords(counter, field, texts.portalCounted);
    field.addEventListener("input", count);
    count();
  }

  // What was typed, as it is sent: files go with the buttons only.
  function entries() {
    const data = new FormData(form);
    return [...data].filter(([name, value]) => typeof value === "string" && !["csrfmiddlewaretoken", "token", "go"].includes(name));
  }
  function written() {
    return JSON.stringify(entries());
  }

  // What entries say, whatever their places, keys and blank rows: two that say the same are no news.
  function content(entries) {
    const gone = entries.filter(([name]) => /-\d+-DELETE$/.test(name)).map(([name]) => name.replace(/DELETE$/, ""));
    return JSON.stringify(
      entries
        .filter(([name, value]) => value.trim() && !/_FORMS$|-\d+-(key|kind|visibility|DELETE)$/.test(name))
        .filter(([name]) => !gone.some((row) => name.startsWith(row)))
        .map(([name, value]) => [name.replace(/-\d+-/, "-"), value.replaceAll("\r\n", "\n").trim()].join(": "))
        .sort(),
    );
  }

  function remember() {
    try {
      localStorage.setItem(place, JSON.stringify({ token: token.value, entries: entries() }));
    } catch {
      // A full or forbidden storage: the server is asked again anyway.
    }
  }
  function forget() {
    try {
      localStorage.removeItem(place);
    } catch {
      // There was nothing to forget.
    }
  }
  function remembered() {
    try {
      return JSON.parse(localStorage.getItem(place));
    } catch {
      return null;
    }
  }

  function say(text, isWrong = false, link = null) {
    status.textContent = text;
    status.classList.toggle("writing__status--wrong", isWrong);
    if (link) {
      const anchor = document.createElement("a");
      anchor.href = `#${link.id}`;
      anchor.textContent = `${link.label}: ${link.message}`;
      status.append(" ", anchor);
    }
  }

  async function save() {
    clearTimeout(timer);
    const now = written();
    if (isSending || isStopped || now === sent) return;
    isSending = true;
    remember();
    say(texts.portalSaving);
    const body = new FormData();
    for (const [name, value] of entries()) body.append(name, value);
    body.append("token", token.value);
    body.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
    try {
      // Browsers let only a small request outlive its page.
      const keepalive = document.visibilityState === "hidden" && now.length < 50_000;
      const headers = { "X-Portal-Autosave": "1" };
      const answer = await fetch(location.pathname, { method: "POST", body, headers, keepalive, redirect: "error" });
      told(answer.status, answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {}, now);
    } catch {
      say(texts.portalNotSent, true);
      timer = setTimeout(save, QUIET * 5);
    }
    isSending = false;
    whenSent?.();
    if (sent === now && written() !== now) later();
  }

  function told(code, answer, now) {
    if (code === 200) {
      sent = now;
      token.value = answer.token;
      forget();
      say([texts.portalSaved.replace("{time}", answer.saved_at), answer.merged].filter(Boolean).join(". "));
      const { filled, needed } = answer.completeness;
      form.querySelector("[data-portal-completeness]").textContent = texts.portalFilled.replace("{filled}", filled).replace("{needed}", needed);
      form.querySelector("[data-portal-completeness-meter]").value = filled;
    } else if (code === 401) {
      isStopped = true;
      say(texts.portalLoggedOut, true);
    } else if (code === 409) {
      isStopped = true;
      say(texts.portalConflict, true);
    } else if (code === 422) {
      say(texts.portalNotSaved.replace("{number}", answer.errors.length), true, answer.errors.find((error) => error.id));
    } else {
      say(texts.portalNotSent, true);
    }
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(save, QUIET);
  }

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save();
  });
  window.addEventListener("pagehide", () => {
    if (written() !== sent) remember();
  });
  window.addEventListener("online", later);
  form.addEventListener("submit", (event) => {
    if (isSending) {
      // One after the other: two saves at once would look like two writers.
      event.preventDefault();
      whenSent = () => form.requestSubmit(event.submitter);
      return;
    }
    isStopped = true;
    clearTimeout(timer);
    // Kept until the next page says that it was saved.
    if (written() !== sent) remember();
  });

  // ---------------------------------------------------------------- what could not be sent the last time

  const offer = form.querySelector("[data-portal-kept-here]");
  const before = remembered();
  const isNew = before && content(before.entries) !== content(entries());
  if (before && !isNew) forget();
  // A form that came back has what was typed in its fields.
  if (isNew && !document.querySelector("[data-portal-error-summary]")) {
    offer.hidden = false;
    offer.querySelector("[data-portal-put-back]").addEventListener("click", () => {
      putBack(before.entries);
      // With the state of that time, others' changes since then are noticed.
      token.value = before.token;
      offer.hidden = true;
      later();
    });
    offer.querySelector("[data-portal-forget]").addEventListener("click", () => {
      forget();
      offer.hidden = true;
    });
  }

  function putBack(kept) {
    const values = new Map();
    for (const [name, value] of kept) values.set(name, [...(values.get(name) ?? []), value]);
    for (const rows of form.querySelectorAll("[data-portal-rows]")) {
      const total = rows.querySelector("[name$='-TOTAL_FORMS']");
      const wanted = Number(values.get(total.name)?.[0] ?? 0);
      while (rows.querySelector("template") && Number(total.value) < wanted) addRow(rows);
    }
    for (const field of form.elements) {
      if (!field.name || ["csrfmiddlewaretoken", "token", "go"].includes(field.name) || field.type === "file" || /_FORMS$/.test(field.name)) continue;
      const found = values.get(field.name) ?? [];
      if (field.type === "checkbox") field.checked = found.includes(field.value);
      else if (field.type !== "submit" && field.type !== "button") field.value = found[0] ?? "";
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
}
