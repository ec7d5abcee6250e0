"""What a server says of itself and its models, and who may change what is loaded."""

import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

from cases import expect, expect_equal
from samples import MLP
from triton_http import inputs_of, suite


@suite.case("the server is live and ready")
def _(server):
    with triton.InferenceServerClient(server.address) as client:
        expect(client.is_server_live(), "not live")
        expect(client.is_server_ready(), "not ready")


@suite.case("a model is ready with and without its version, and one that is not there is not")
def _(server):
    with triton.InferenceServerClient(server.address) as client:
        expect(client.is_model_ready("flat"), "flat is not ready")
        expect(client.is_model_ready("flat", server.version), f"version {server.version} is not ready")
        expect(not client.is_model_ready("flat", "99"), "version 99 is ready")
        expect(not client.is_model_ready("nobody"), "nobody is ready")


@suite.case("the server says what it is and which extensions it has")
def _(server):
    with triton.InferenceServerClient(server.address) as client:
        metadata = client.get_server_metadata()
    expect_equal(metadata["name"], "laurel", "the name of the server")
    wanted = {
        "binary_tensor_data",
        "classification",
        "parameters",
        "model_configuration",
        "model_repository",
        "statistics",
    }
    expect(wanted <= set(metadata["extensions"]), f"there are only {metadata['extensions']}")


@suite.case("model metadata are those of the graph")
def _(server):
    with triton.InferenceServerClient(server.address) as client:
        metadata = client.get_model_metadata("columns", server.version)
    expect_equal(metadata["versions"], [server.version], "the versions")
    described = {tensor["name"]: (tensor["datatype"], tensor["shape"]) for tensor in metadata["inputs"]}
    expect_equal(
        described,
        {"tenure": ("FP32", [-1, 1]), "charge": ("FP32", [-1, 1]), "contract": ("BYTES", [-1, 1])},
        "the description of the inputs",
    )
    expect_equal([tensor["name"] for tensor in metadata["outputs"]], ["label", "probabilities"], "the outputs")


@suite.case("the model's configuration")
def _(server):
    with triton.InferenceServerClient(server.address) as client:
        config = client.get_model_config("flat", server.version)
    expect_equal((config["name"], config["platform"]), ("flat", "onnxruntime_onnx"), "the model")
    expect_equal(config["input"], [{"name": "input", "data_type": "TYPE_FP32", "dims": [-1, 4]}], "the input")


@suite.case("statistics count what was asked")
def _(server):
    with triton.InferenceServerClient(server.address) as client:
        before = client.get_inference_statistics("mlp", server.version)["model_stats"][0]
        client.infer("mlp", inputs_of(MLP))
        [after] = client.get_inference_statistics("mlp", server.version)["model_stats"]
        everything = client.get_inference_statistics()["model_stats"]
    expect_equal((after["name"], after["version"]), ("mlp", server.version), "the model")
    expect_equal(after["inference_count"] - before["inference_count"], 100, "the number of rows")
    successes = [one["inference_stats"]["success"]["count"] for one in (before, after)]
    expect_equal(successes[1] - successes[0], 1, "the number of requests")
    expect("flat" in [one["name"] for one in everything], "flat has no statistics")


@suite.case("the repository index lists the models as ready")
def _(server):
    with triton.InferenceServerClient(server.address) as client:
        index = {entry["name"]: entry for entry in client.get_model_repository_index()}
    expect({"flat", "columns", "everytype", "mlp"} <= set(index), f"the index has only {sorted(index)}")
    expect_equal((index["flat"]["state"], index["flat"]["version"]), ("READY", server.version), "the entry of flat")


@suite.refused("loading without a role", ("fleet",), oracle=False)
def _(server):
    with triton.InferenceServerClient(server.address) as client:
        client.load_model("flat")


@suite.refused("unloading without a role", ("fleet",), oracle=False)
def _(server):
    with triton.InferenceServerClient(server.address) as client:
        client.unload_model("flat")


@suite.refused("loading with a viewer's key", ("fleet",), oracle=False)
def _(server):
    with triton.InferenceServerClient(server.address) as client:
        client.load_model("flat", headers={"Authorization": "Bearer viewer"})


@suite.case("loading and unloading are not possible where the files were named at the start", ("standalone",))
def _(server):
    for action in ("load_model", "unload_model"):
        with triton.InferenceServerClient(server.address) as client:
            try:
                getattr(client, action)("flat")
            except InferenceServerException as error:
                expect_equal(error.status(), "501", f"the status of {action}")
            else:
                raise AssertionError(f"{action} is answered")


@suite.case("an operator may load what is served already", ("fleet",))
def _(server):
    with triton.InferenceServerClient(server.address) as client:
        client.load_model("flat", headers={"Authorization": "Bearer operator"})
