"""What applications write with PyJWT: the user of an Authorization field, or None."""

import _token as access_token
import jwt

USERS = {access_token.USER: {"id": access_token.USER}}


def user_of(authorization: str | None) -> dict[str, str] | None:
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    try:
        claims = jwt.decode(token, access_token.KEY, algorithms=["HS256"], audience=access_token.AUDIENCE)
    except jwt.InvalidTokenError:
        return None
    return USERS.get(claims["sub"])
