"""FastAPI on uvicorn."""

from _starlette_middleware import Sets
from _uvicorn import serve
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

app = FastAPI(openapi_url=None)
five = FastAPI(openapi_url=None)
for number in range(5):
    five.add_middleware(Sets, number=number)


@app.get("/", response_class=PlainTextResponse)
@five.get("/", response_class=PlainTextResponse)
async def text() -> str:
    return "Hello, World!"


@app.get("/user/{user}/post/{post}/comment/{comment}")
async def params(user: str, post: str, comment: str) -> dict[str, str]:
    return {"user": user, "post": post, "comment": comment}


app.mount("/five", five)

if __name__ == "__main__":
    serve(app)
