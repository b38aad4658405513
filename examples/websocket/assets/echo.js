const at = (id) => document.getElementById(id);
const socket = new WebSocket(`${location.protocol.replace("http", "ws")}//${location.host}/echo`);

socket.onopen = () => (at("state").textContent = "connected");
socket.onclose = ({ code }) => (at("state").textContent = `closed (${code})`);
socket.onmessage = ({ data }) => {
  const line = document.createElement("li");
  line.textContent = data;
  at("echoes").prepend(line);
};

at("call").addEventListener("submit", (event) => {
  event.preventDefault();
  socket.send(at("text").value);
  at("text").value = "";
});
