"""KServe's Python model server over onnxruntime; the bench speaks gRPC with it."""

from kserve import InferOutput, InferRequest, InferResponse, Model, ModelServer
from onnx_models import open_model


class OnnxModel(Model):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.session = open_model(name)
        self.ready = True

    def predict(self, payload: InferRequest, headers: dict[str, str] | None = None, **_: object) -> InferResponse:
        arrays = self.session.run(None, {tensor.name: tensor.as_numpy() for tensor in payload.inputs})
        outputs = []
        for output, array in zip(self.session.get_outputs(), arrays, strict=True):
            datatype = {"float32": "FP32", "int64": "INT64"}[str(array.dtype)]
            tensor = InferOutput(name=output.name, shape=list(array.shape), datatype=datatype)
            tensor.set_data_from_numpy(array, binary_data=True)
            outputs.append(tensor)
        return InferResponse(response_id=payload.id, model_name=self.name, infer_outputs=outputs)


if __name__ == "__main__":
    ModelServer().start([OnnxModel("churn"), OnnxModel("mlp")])
