"""Who a bearer token is of, as JSON: Growler with Auth."""

import _token as access_token

from growler import App, Request, Response
from growler_ext.auth import Auth, Bearer, MemoryUsers


def make_app() -> App:
    users = MemoryUsers()
    users.add(access_token.USER)
    auth = Auth(Bearer(audience=access_token.AUDIENCE, key=access_token.KEY), users=users, secret="s" * 32)
    app = App("bench")
    app.use(auth)

    @app.get("/me")
    @auth.require()
    def me(req: Request, res: Response) -> None:
        assert req.user is not None
        res.send_json({"id": req.user.id})

    return app
