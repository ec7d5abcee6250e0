"""FastAPI with orjson: uvicorn fastapi_server:app."""

import orjson
from fastapi import FastAPI, Request, Response
from onnx_models import answer_of, feeds_of, open_models

models = open_models()
app = FastAPI()


@app.post("/v2/models/{name}/infer")
async def infer(name: str, request: Request) -> Response:
    session = models[name]
    arrays = session.run(None, feeds_of(orjson.loads(await request.body())))
    body = orjson.dumps(answer_of(name, session, arrays), option=orjson.OPT_SERIALIZE_NUMPY)
    return Response(body, media_type="application/json")
