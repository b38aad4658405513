// A counter in a session: express-session on Express and node, one process.
const express = require("express");
const session = require("express-session");

module.exports = (store) => {
  const app = express();
  app.disable("x-powered-by");
  app.set("etag", false);
  app.use(session({ secret: "a secret of the benchmark", resave: false, saveUninitialized: false, store }));
  app.get("/count", (req, res) => {
    req.session.n = (req.session.n || 0) + 1;
    res.type("text/plain").send("counted");
  });
  const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));
};
