"""The int8 matrix products of a translation and nothing else: what the processor cannot do without.

Input:  the network's shape; sentences of a batch, their length, steps of decoding.
Output: none; what counts is the time. Greedy, one thread, onnxruntime's MatMulInteger with constant
        weights, which it packs once, the fastest int8 product at hand.
"""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

from models.recipe.network import NetworkShape


def product(k: int, n: int) -> onnxruntime.InferenceSession:
    """a uint8 [M, k] → int32 [M, n], by a constant int8 matrix."""
    weights = np.random.default_rng(0).integers(-100, 100, (k, n), dtype=np.int8)
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["a", "b"], ["c"])],
        "product",
        [helper.make_tensor_value_info("a", TensorProto.UINT8, ["m", k])],
        [helper.make_tensor_value_info("c", TensorProto.INT32, ["m", n])],
        [onnx.numpy_helper.from_array(weights, "b")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


class Products:
    """One product of each kind, run as often as the network needs it."""

    def __init__(self, shape: NetworkShape) -> None:
        width, ff = shape.width, shape.ff
        attention, feed_forward = [(width, 3 * width), (width, width)], [(width, ff), (ff, width)]
        self._shape = shape
        self._encoder = [*attention, *feed_forward]
        self._decoder = [*attention, (width, width), (width, width), *feed_forward]
        self._memory, self._logits = (width, 2 * width), (width, shape.vocab)
        every = {*self._encoder, *self._decoder, self._memory, self._logits}
        self._sessions = {(k, n): product(k, n) for k, n in every}
        self._rows = np.random.default_rng(1).integers(0, 200, (1 << 14, ff), dtype=np.uint8)

    def translate(self, n_sentences: int, n_source: int, n_steps: int) -> None:
        """The products of one batch."""
        n_tokens = n_sentences * n_source
        self._run(self._encoder * self._shape.encoder_layers, n_tokens)
        self._run([self._memory] * self._shape.decoder_layers, n_tokens)
        step = [*self._decoder * self._shape.decoder_layers, self._logits]
        for _ in range(n_steps):
            self._run(step, n_sentences)

    def _run(self, sizes: list[tuple[int, int]], m: int) -> None:
        for k, n in sizes:
            rows = np.ascontiguousarray(self._rows[:m, :k])
            self._sessions[k, n].run(None, {"a": rows})
