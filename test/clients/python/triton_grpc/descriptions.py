"""What a server says of itself and its models, and who may change what is loaded."""

from cases import expect, expect_equal
from samples import MLP
from triton_grpc import client_of, inputs_of, suite


@suite.case("the server is live and ready", grpc=True)
def _(server):
    with client_of(server) as client:
        expect(client.is_server_live(), "not live")
        expect(client.is_server_ready(), "not ready")


@suite.case("a model is ready with and without its version, and one that is not there is not", grpc=True)
def _(server):
    with client_of(server) as client:
        expect(client.is_model_ready("flat"), "flat is not ready")
        expect(client.is_model_ready("flat", server.version), f"version {server.version} is not ready")
        expect(not client.is_model_ready("flat", "99"), "version 99 is ready")
        expect(not client.is_model_ready("nobody"), "nobody is ready")


@suite.case("the server says what it is and which extensions it has", grpc=True)
def _(server):
    with client_of(server) as client:
        metadata = client.get_server_metadata()
    expect_equal(metadata.name, "laurel", "the name of the server")
    for extension in ("classification", "parameters", "model_repository", "statistics", "model_configuration"):
        expect(extension in metadata.extensions, f"there is no {extension}")


@suite.case("model metadata are those of the graph", grpc=True)
def _(server):
    with client_of(server) as client:
        metadata = client.get_model_metadata("columns", server.version)
    expect_equal(list(metadata.versions), [server.version], "the versions")
    described = {tensor.name: (tensor.datatype, list(tensor.shape)) for tensor in metadata.inputs}
    expect_equal(
        described,
        {"tenure": ("FP32", [-1, 1]), "charge": ("FP32", [-1, 1]), "contract": ("BYTES", [-1, 1])},
        "the description of the inputs",
    )


@suite.case("the model's configuration", grpc=True)
def _(server):
    with client_of(server) as client:
        config = client.get_model_config("flat", server.version, as_json=True)["config"]
    expect_equal((config["name"], config["platform"]), ("flat", "onnxruntime_onnx"), "the model")
    expect_equal(config["input"], [{"name": "input", "data_type": "TYPE_FP32", "dims": ["-1", "4"]}], "the input")


@suite.case("statistics count what was asked", grpc=True)
def _(server):
    with client_of(server) as client:
        [before] = client.get_inference_statistics("mlp", server.version).model_stats
        client.infer("mlp", inputs_of(MLP))
        [after] = client.get_inference_statistics("mlp", server.version).model_stats
    expect_equal(after.inference_count - before.inference_count, 100, "the number of rows")
    successes = after.inference_stats.success.count - before.inference_stats.success.count
    expect_equal(successes, 1, "the number of requests")


@suite.case("the repository index lists the models as ready", grpc=True)
def _(server):
    with client_of(server) as client:
        index = {entry.name: entry for entry in client.get_model_repository_index().models}
    expect({"flat", "columns", "everytype", "mlp"} <= set(index), f"the index has only {sorted(index)}")
    expect_equal((index["flat"].state, index["flat"].version), ("READY", server.version), "the entry of flat")


@suite.refused("loading without a role", ("fleet",), oracle=False, grpc=True)
def _(server):
    with client_of(server) as client:
        client.load_model("flat")


@suite.refused("unloading without a role", ("fleet",), oracle=False, grpc=True)
def _(server):
    with client_of(server) as client:
        client.unload_model("flat")


@suite.case("an operator may load what is served already", ("fleet",), grpc=True)
def _(server):
    with client_of(server) as client:
        client.load_model("flat", headers={"authorization": "Bearer operator"})
