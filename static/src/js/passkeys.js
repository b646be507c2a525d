// Passkeys: forms marked data-passkey="create" or "get" ask the browser before they are sent.
// The options come with the form (data-options) or, when nobody is known yet, from an address
// (data-options-from). Without this script, or in a browser without passkeys, the form stays hidden.
const decode = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const readId = (one) => ({ ...one, id: decode(one.id) });

function readOptions(options) {
  const read = { ...options, challenge: decode(options.challenge) };
  if (read.user) read.user = readId(read.user);
  for (const name of ["allowCredentials", "excludeCredentials"]) {
    if (read[name]) read[name] = read[name].map(readId);
  }
  return read;
}

function writeCredential(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = encode(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: encode(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });
}

async function findOptions(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const answer = await fetch(form.dataset.optionsFrom, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()).request_options.publicKey;
}

async function ask(form) {
  const publicKey = readOptions(await findOptions(form));
  const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
  form.elements.credential.value = writeCredential(credential);
  form.submit();
}

function onSubmit(event) {
  const form = event.currentTarget;
  const failed = form.querySelector("[data-passkey-failed]");
  const button = form.querySelector("[type=submit]");
  event.preventDefault();
  failed.hidden = true;
  button.disabled = true;
  ask(form).catch(() => {
    failed.hidden = false;
    button.disabled = false;
  });
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", onSubmit);
  }
  for (const text of document.querySelectorAll("[data-passkey-missing]")) text.hidden = true;
}
