// Answers for the list at the door when there is no network. `static/js/check-in.js` fills and empties its store.
const STORE = /^check-in:{{ number|stringformat:"d" }}:(\d+)$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// The store's name says until when the list may be kept.
async function openStore() {
  for (const name of await caches.keys()) {
    const found = STORE.exec(name);
    if (!found) continue;
    if (Number(found[1]) > Date.now()) return caches.open(name);
    await caches.delete(name);
  }
  return null;
}

async function kept(request, options) {
  const store = await openStore();
  return (store && (await store.match(request, options))) || null;
}

async function page(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const copy = await kept(request, { ignoreSearch: true });
    if (copy) return copy;
    throw error;
  }
}

async function part(request) {
  return (await kept(request)) || fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (["style", "script", "font", "image"].includes(request.destination)) event.respondWith(part(request));
});
