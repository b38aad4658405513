"""A bearer token, FastAPI with a dependency and PyJWT under uvicorn."""

from typing import Annotated

from _bearer_pyjwt import user_of
from _uvicorn import serve
from fastapi import Depends, FastAPI, Header, HTTPException

app = FastAPI()


async def current(authorization: Annotated[str | None, Header()] = None) -> dict[str, str]:
    user = user_of(authorization)
    if user is None:
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
    return user


@app.get("/me")
async def me(user: Annotated[dict[str, str], Depends(current)]) -> dict[str, str]:
    return {"id": user["id"]}


if __name__ == "__main__":
    serve(app)
