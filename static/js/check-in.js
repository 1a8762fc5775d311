// The list at the door: checks people in at once, with and without a network. What could not be sent is kept as
// numbers and times, without names; the page itself is kept in a store that `worker.js` answers from.
const door = document.querySelector("[data-portal-door]");

if (door) {
  const { event: number, until, worker, entries, zone } = door.dataset;
  const words = JSON.parse(door.dataset.words);
  const waitingKey = `check-in:${number}`;
  const storeName = `check-in:${number}:${until}`;
  const people = new Map([...door.querySelectorAll("[data-portal-person]")].map((row) => [row.dataset.portalPerson, row]));
  const part = (name) => door.querySelector(`[data-portal-door-${name}]`);
  const fill = (text, values) => text.replace(/%([a-z]+)/g, (_whole, name) => values[name] ?? "");
  const time = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", timeZone: zone });

  // ------------------------------------------------------------ what is not sent yet
  const readWaiting = () => JSON.parse(localStorage.getItem(waitingKey) || "[]");
  function writeWaiting(list) {
    if (list.length) localStorage.setItem(waitingKey, JSON.stringify(list));
    else localStorage.removeItem(waitingKey);
  }

  let trouble = "";
  function showState() {
    const count = readWaiting().length;
    const said = [];
    if (count) said.push(count === 1 ? words.waitingOne : fill(words.waitingMany, { n: count }));
    else said.push(words.allSent);
    if (trouble) said.push(trouble);
    part("sending").textContent = said.join(" ");
  }

  // ------------------------------------------------------------ the list
  function show(row, at) {
    row.dataset.at = at || "";
    row.querySelector("[data-portal-in]").hidden = Boolean(at);
    row.querySelector("[data-portal-out]").hidden = !at;
    row.querySelector("[data-portal-at]").textContent = at ? fill(words.at, { time: time.format(new Date(at)) }) : "";
  }
  function count() {
    const present = [...people.values()].filter((row) => row.dataset.at).length;
    part("count").textContent = fill(words.present, { present, expected: people.size });
  }
  // What the portal last said, and on top of it what it does not know yet.
  function showPresent(present) {
    for (const [pk, row] of people) show(row, present[pk] || "");
    for (const entry of readWaiting()) {
      const row = people.get(String(entry.person));
      if (row) show(row, entry.movement === "in" ? row.dataset.at || new Date(entry.at).toISOString() : "");
    }
    count();
  }

  function move(row, movement, source) {
    const entry = { key: newKey(), person: Number(row.dataset.portalPerson), movement, at: Date.now(), source };
    writeWaiting([...readWaiting(), entry]);
    const button = row.contains(document.activeElement);
    show(row, movement === "in" ? new Date(entry.at).toISOString() : "");
    if (button) row.querySelector(movement === "in" ? "[data-portal-out]" : "[data-portal-in]").focus();
    count();
    part("said").textContent = fill(words[movement], { name: row.dataset.name });
    showState();
    send();
  }
  // `crypto.randomUUID` exists on HTTPS only.
  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // ------------------------------------------------------------ sending
  let isSending = false;
  async function send() {
    const waiting = readWaiting();
    if (!waiting.length || isSending) return;
    isSending = true;
    try {
      const now = Date.now();
      const rows = waiting.map((entry) => ({ ...entry, ago: now - entry.at, source: navigator.onLine ? entry.source : "offline" }));
      const token = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie);
      const response = await fetch(entries, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token ? token[1] : "" },
        body: JSON.stringify({ entries: rows }),
      });
      if (response.ok) {
        const answer = await response.json();
        writeWaiting(readWaiting().filter((entry) => !answer.taken.some((key) => key.replaceAll("-", "") === entry.key)));
        trouble = answer.refused.join(" ");
        showPresent(answer.present);
        keepPage();
      } else {
        trouble = response.status === 401 ? words.loggedOut : words.refused;
      }
    } catch {
      // Without a network: nobody needs to do anything.
      trouble = words.offline;
      markOffline(waiting);
    } finally {
      isSending = false;
    }
    showState();
    // What was done meanwhile.
    if (!trouble && readWaiting().length) send();
  }
  function markOffline(sent) {
    const keys = new Set(sent.map((entry) => entry.key));
    writeWaiting(readWaiting().map((entry) => (keys.has(entry.key) ? { ...entry, source: "offline" } : entry)));
  }

  // ------------------------------------------------------------ keeping the page
  async function keepPage() {
    if (!("caches" in window) || !navigator.serviceWorker?.controller || isForgotten) return;
    try {
      const store = await caches.open(storeName);
      const parts = [...document.querySelectorAll("link[rel=stylesheet], link[rel=preload], link[rel=icon]")].map((link) => link.href);
      const scripts = [...document.querySelectorAll("script[src]")].map((script) => script.src);
      await Promise.all([...parts, ...scripts].map(async (address) => (await store.match(address)) || store.add(address)));
      const page = await fetch(door.dataset.page, { cache: "no-store" });
      if (page.ok && !page.redirected) {
        await store.put(door.dataset.page, page);
        part("ready").textContent = words.ready;
      }
    } catch {
      // The network went away: what was kept before is still there.
    }
  }
  let isForgotten = false;
  async function start() {
    if (!("serviceWorker" in navigator) || !("caches" in window) || Number(until) < Date.now()) {
      part("ready").textContent = words.notReady;
      return;
    }
    part("forget").hidden = false;
    navigator.serviceWorker.addEventListener("controllerchange", keepPage);
    try {
      await navigator.serviceWorker.register(worker);
    } catch {
      // Offline: the one that is there goes on.
    }
    await keepPage();
    if (navigator.serviceWorker.controller && (await caches.has(storeName))) part("ready").textContent = words.ready;
  }
  part("forget").addEventListener("click", async () => {
    isForgotten = true;
    await caches.delete(storeName);
    for (const one of await navigator.serviceWorker.getRegistrations()) {
      if (one.active?.scriptURL === new URL(worker, location.href).href) await one.unregister();
    }
    for (const row of people.values()) row.remove();
    people.clear();
    part("ready").textContent = words.forgotten;
    part("forget").hidden = true;
  });

  // ------------------------------------------------------------ by hand
  door.addEventListener("submit", (event) => {
    const row = event.target.closest("[data-portal-person]");
    if (!row) return;
    event.preventDefault();
    move(row, event.submitter?.value === "out" ? "out" : "in", navigator.onLine ? "list" : "offline");
  });
  const fold = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").trim();
  const search = part("search");
  function filter() {
    const wanted = fold(search.value).split(/\s+/).filter(Boolean);
    for (const row of people.values()) row.hidden = !wanted.every((word) => row.dataset.words.includes(word));
  }
  search.addEventListener("input", filter);

  // ------------------------------------------------------------ by the camera, where the browser reads codes
  const camera = part("camera");
  if ("BarcodeDetector" in window && navigator.mediaDevices?.getUserMedia) {
    part("scan").hidden = false;
    part("no-scan").hidden = true;
    part("scan").addEventListener("click", scan);
  }
  async function scan() {
    if (camera.srcObject) return stopScanning();
    try {
      const detector = new BarcodeDetector({ formats: ["qr_code"] });
      camera.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      camera.hidden = false;
      await camera.play();
      part("said").textContent = words.scanning;
      let last = "";
      while (camera.srcObject) {
        const [found] = await detector.detect(camera);
        if (found && found.rawValue !== last) {
          last = found.rawValue;
          readCode(found.rawValue);
        }
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    } catch (error) {
      part("said").textContent = fill(words.noCamera, { reason: error.message });
      stopScanning();
    }
  }
  function stopScanning() {
    camera.srcObject?.getTracks().forEach((track) => track.stop());
    camera.srcObject = null;
    camera.hidden = true;
  }
  function readCode(text) {
    const code = /\/meetings\/(\d+)\/check-in\/([0-9A-Z]+)\//.exec(text);
    const row = code && code[1] === number && [...people.values()].find((one) => one.dataset.code === code[2]);
    if (!row) part("said").textContent = words.unknown;
    else if (!row.dataset.at) move(row, "in", navigator.onLine ? "code" : "offline");
    else part("said").textContent = fill(words.in, { name: row.dataset.name });
  }

  // ------------------------------------------------------------ begin
  showPresent(Object.fromEntries([...people].map(([pk, row]) => [pk, row.dataset.at])));
  filter();
  showState();
  start();
  send();
  window.addEventListener("online", send);
  setInterval(send, 30_000);
}
