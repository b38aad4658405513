const button = document.getElementById("growler-passkey");
const problem = document.getElementById("growler-problem");
const { url, next } = button.dataset;

const post = async (to, body) => {
  const answer = await fetch(to, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
  });
  const value = await answer.json();
  if (!answer.ok) throw new Error(value.detail ?? answer.statusText);
  return value;
};

if ("parseRequestOptionsFromJSON" in (window.PublicKeyCredential ?? {})) {
  button.hidden = false;
  button.focus();
} else {
  problem.textContent = "This browser has no passkeys. Use a newer one, or sign in another way.";
}

button.addEventListener("click", async () => {
  problem.textContent = "";
  button.disabled = true;
  try {
    const options = await post(`${url}/challenge`, {});
    const credential = options.user
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
    const done = await post(url, { credential: credential.toJSON(), next });
    location.assign(done.next ?? next);
  } catch (error) {
    problem.textContent = {
      NotAllowedError: "Nothing was done. Try again.",
      InvalidStateError: "This device has a passkey for you already.",
      TypeError: "The site cannot be reached. Try again.",
    }[error.name] ?? error.message;
    button.disabled = false;
  }
});
