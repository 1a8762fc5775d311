// Passkeys: what the portal asks goes to the browser's own dialogue, its answer into the form.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0)).buffer;
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const withBytes = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

async function create({ publicKey }) {
  const credential = await navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      user: { ...publicKey.user, id: bytes(publicKey.user.id) },
      excludeCredentials: withBytes(publicKey.excludeCredentials),
    },
  });
  const { response } = credential;
  return answer(credential, {
    attestationObject: text(response.attestationObject),
    clientDataJSON: text(response.clientDataJSON),
    transports: response.getTransports?.() ?? [],
  });
}

async function get({ publicKey }) {
  const credential = await navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      allowCredentials: withBytes(publicKey.allowCredentials),
    },
  });
  const { response } = credential;
  return answer(credential, {
    authenticatorData: text(response.authenticatorData),
    clientDataJSON: text(response.clientDataJSON),
    signature: text(response.signature),
    userHandle: response.userHandle ? text(response.userHandle) : null,
  });
}

const answer = (credential, response) => ({
  id: credential.id,
  rawId: text(credential.rawId),
  type: credential.type,
  authenticatorAttachment: credential.authenticatorAttachment ?? null,
  clientExtensionResults: credential.getClientExtensionResults(),
  response,
});

async function optionsOf(form) {
  if (form.dataset.optionsFrom) {
    const found = await fetch(form.dataset.optionsFrom, { headers: { Accept: "application/json" } });
    return (await found.json()).request_options;
  }
  return JSON.parse(document.getElementById(form.dataset.options).textContent);
}

function prepare(form) {
  const trouble = form.querySelector("[data-passkey-error]");
  form.addEventListener("submit", async (event) => {
    const isWanted = !("passkeyOptional" in form.dataset) || event.submitter?.matches("[data-passkey-submit]");
    if (!isWanted || form.elements.credential.value) return;
    event.preventDefault();
    trouble.hidden = true;
    try {
      const ask = form.dataset.passkey === "create" ? create : get;
      form.elements.credential.value = JSON.stringify(await ask(await optionsOf(form)));
      form.submit();
    } catch {
      form.elements.credential.value = "";
      trouble.hidden = false;
    }
  });
}

if (window.PublicKeyCredential && navigator.credentials) {
  for (const form of document.querySelectorAll("form[data-passkey]")) prepare(form);
  for (const part of document.querySelectorAll("[data-passkey-only]")) part.hidden = false;
} else {
  for (const part of document.querySelectorAll("[data-passkey-missing]")) part.hidden = false;
}
