// One EventSource listens, fetch speaks. What others have written is put into the page as text, never as HTML.
const at = (id) => document.getElementById(id);
const inPath = location.pathname.match(/^\/rooms\/([a-z0-9-]+)$/);
if (inPath) at("where").value = inPath[1];

const post = (path, body) =>
  fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

at("enter").addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = await post("/name", { name: at("name").value });
  if (answer.ok) listen(at("where").value);
  else at("state").textContent = await answer.text();
});

function listen(room) {
  history.replaceState(null, "", `/rooms/${room}`);
  at("enter").hidden = true;
  at("chat").hidden = false;
  at("room").textContent = room;
  at("text").focus();

  // It comes back by itself after a break, with the Last-Event-ID of what it heard.
  const source = new EventSource(`/rooms/${room}/events`);
  source.onopen = () => (at("state").textContent = "");
  // It gives up where it is refused: who is not known any more has to come in again.
  source.onerror = () =>
    (at("state").textContent = source.readyState === EventSource.CLOSED ? "refused: load the page again" : "connecting …");
  source.onmessage = ({ data }) => show(JSON.parse(data));
  source.addEventListener("presence", ({ data }) => (at("people").textContent = `Here: ${JSON.parse(data).join(", ")}`));

  at("say").addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await post(`/rooms/${room}`, { text: at("text").value });
    if (answer.ok) at("text").value = "";
    else at("state").textContent = await answer.text();
  });
}

function show({ name, text }) {
  const line = document.createElement("li");
  const who = document.createElement("b");
  who.textContent = name;
  line.append(who, " ", text);
  at("messages").append(line);
  at("messages").scrollTop = at("messages").scrollHeight;
}
