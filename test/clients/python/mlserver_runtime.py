"""The oracle's runtime of MLServer: a model file, run by onnxruntime."""

import numpy as np
import onnxruntime
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.errors import InferenceError
from mlserver.types import InferenceRequest, InferenceResponse, RequestInput


class OnnxRuntime(MLModel):
    """Answers what onnxruntime answers; what it refuses is the caller's mistake."""

    async def load(self) -> bool:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        uri = self.settings.parameters.uri
        self.session = onnxruntime.InferenceSession(uri, options, providers=["CPUExecutionProvider"])
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        wanted = [output.name for output in payload.outputs or []]
        known = [output.name for output in self.session.get_outputs()]
        try:
            feeds = {tensor.name: _array(tensor) for tensor in payload.inputs}
            arrays = self.session.run(wanted or None, feeds)
        except Exception as error:
            raise InferenceError(str(error)) from error
        outputs = [_output(name, array) for name, array in zip(wanted or known, arrays, strict=True)]
        return InferenceResponse(model_name=self.name, model_version=self.version, outputs=outputs)


def _array(tensor: RequestInput) -> np.ndarray:
    if tensor.datatype != "BYTES":
        return NumpyCodec.decode_input(tensor)
    data = getattr(tensor.data, "root", tensor.data)
    texts = [value.decode() if isinstance(value, bytes) else value for value in data]
    return np.array(texts, dtype=object).reshape(tensor.shape)


def _output(name: str, array: np.ndarray):
    output = NumpyCodec.encode_output(name, array)
    output.shape = list(array.shape)
    return output
