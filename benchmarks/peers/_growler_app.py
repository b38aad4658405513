"""The application that all Growler peers serve."""

from growler import App

app = App("bench")
app.get("/", lambda req, res: res.send_text("Hello, World!"))
app.get("/user/:user/post/:post/comment/:comment", lambda req, res: res.send_json(req.params))
for number in range(5):
    app.use("/five", lambda req, res, number=number: setattr(req, f"m{number}", number))
app.get("/five", lambda req, res: res.send_text("Hello, World!"))
