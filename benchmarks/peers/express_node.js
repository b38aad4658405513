// Express on node, one process, as for production; without ETag and X-Powered-By, which nobody else here sends.
const express = require("express");

const app = express();
app.disable("x-powered-by");
app.set("etag", false);

const text = (req, res) => res.type("text/plain").send("Hello, World!");

app.get("/", text);
app.get("/user/:user/post/:post/comment/:comment", (req, res) => res.json(req.params));
for (let number = 0; number < 5; number++) {
  app.use("/five", (req, res, next) => {
    req[`m${number}`] = number;
    next();
  });
}
app.get("/five", text);

const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));
