"""GGUF version 3: read a bundled model into the trainer, write a trained one.

    python3 gguf.py checkpoint.pt tiny-math-prm.gguf --name "Tiny Math PRM" --reward
"""
import argparse
import struct
from pathlib import Path

import numpy as np
import torch

from model import CONTEXT, HEAD, NORM_EPSILON, ROPE_BASE, Model
from tokenizer import BAD, BOS, EOS, GOOD, PAD, STEP_TAG, TAG, Tokenizer

ALIGNMENT = 32
UINT32, INT32, FLOAT32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9
FORMATS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", UINT32: "<I", INT32: "<i", FLOAT32: "<f", BOOL: "<?",
           10: "<Q", 11: "<q", 12: "<d"}
NORMAL, CONTROL, USER_DEFINED = 1, 3, 4  # token types
LAYER_TENSORS = {
    "attention_norm": "attn_norm", "query": "attn_q", "key": "attn_k", "value": "attn_v", "output": "attn_output",
    "hidden_norm": "ffn_norm", "gate": "ffn_gate", "up": "ffn_up", "down": "ffn_down",
}


def tensor_names(layers):
    """Name in the trainer: name in GGUF."""
    names = {"embedding": "token_embd.weight", "norm": "output_norm.weight"}
    for i in range(layers):
        names |= {f"layers.{i}.{ours}": f"blk.{i}.{theirs}.weight" for ours, theirs in LAYER_TENSORS.items()}
    return names


class _Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, form):
        value, = struct.unpack_from(form, self.data, self.at)
        self.at += struct.calcsize(form)
        return value

    def string(self):
        size = self.take("<Q")
        self.at += size
        return self.data[self.at - size:self.at].decode("utf-8")

    def value(self, kind):
        if kind == STRING:
            return self.string()
        if kind == ARRAY:
            item, count = self.take("<I"), self.take("<Q")
            return [self.value(item) for _ in range(count)]
        return self.take(FORMATS[kind])


def read(path):
    """Metadata and tensors (float32, shaped as in torch) of a GGUF file with F16 or F32 tensors."""
    reader = _Reader(Path(path).read_bytes())
    if reader.data[:4] != b"GGUF":
        raise SystemExit(f"{path}: not a GGUF file")
    reader.at = 8
    tensor_count, value_count = reader.take("<Q"), reader.take("<Q")
    metadata = {reader.string(): reader.value(reader.take("<I")) for _ in range(value_count)}
    infos = []
    for _ in range(tensor_count):
        name = reader.string()
        shape = [reader.take("<Q") for _ in range(reader.take("<I"))][::-1]  # GGUF lists the fastest dimension first
        infos.append((name, shape, reader.take("<I"), reader.take("<Q")))
    start = -(-reader.at // ALIGNMENT) * ALIGNMENT
    tensors = {}
    for name, shape, kind, offset in infos:
        flat = np.frombuffer(reader.data, {0: np.float32, 1: np.float16}[kind], int(np.prod(shape)), start + offset)
        tensors[name] = torch.from_numpy(flat.astype(np.float32).reshape(shape))
    return metadata, tensors


def load(path):
    """A model from a GGUF file or from a trainer's checkpoint."""
    if Path(path).suffix == ".pt":
        checkpoint = torch.load(path, map_location="cpu")
        model = Model(**checkpoint["shape"])
        model.load_state_dict(checkpoint["weights"])
        return model
    metadata, tensors = read(path)
    layers = metadata["llama.block_count"]
    model = Model(metadata["llama.vocab_size"], metadata["llama.embedding_length"], layers, metadata["llama.feed_forward_length"])
    model.load_state_dict({ours: tensors[theirs] for ours, theirs in tensor_names(layers).items()})
    return model


def _string(text):
    data = text.encode("utf-8")
    return struct.pack("<Q", len(data)) + data


def _entry(key, kind, value, item=None):
    head = _string(key) + struct.pack("<I", kind)
    if kind == STRING:
        return head + _string(value)
    if kind == ARRAY:
        pack = _string if item == STRING else lambda v: struct.pack(FORMATS[item], v)
        return head + struct.pack("<IQ", item, len(value)) + b"".join(map(pack, value))
    return head + struct.pack(FORMATS[kind], value)


def _metadata(model, name, description, reward, f32):
    shape, tokenizer = model.shape, Tokenizer()
    types = [CONTROL] * 3 + [USER_DEFINED] + [NORMAL] * (len(tokenizer) - 4)
    entries = [
        ("general.architecture", STRING, "llama"), ("general.type", STRING, "model"), ("general.name", STRING, name),
        ("general.description", STRING, description), ("general.license", STRING, "mit"),
        ("general.size_label", STRING, f"{model.parameter_count() / 1e6:.2f}M"),
        ("general.file_type", UINT32, 0 if f32 else 1), ("general.quantization_version", UINT32, 2),
        ("general.alignment", UINT32, ALIGNMENT),
        ("llama.vocab_size", UINT32, shape["vocabulary"]), ("llama.context_length", UINT32, CONTEXT),
        ("llama.embedding_length", UINT32, shape["width"]), ("llama.block_count", UINT32, shape["layers"]),
        ("llama.feed_forward_length", UINT32, shape["hidden"]),
        ("llama.attention.head_count", UINT32, model.heads), ("llama.attention.head_count_kv", UINT32, model.heads),
        ("llama.attention.key_length", UINT32, HEAD), ("llama.attention.value_length", UINT32, HEAD),
        ("llama.rope.dimension_count", UINT32, HEAD), ("llama.rope.freq_base", FLOAT32, ROPE_BASE),
        ("llama.attention.layer_norm_rms_epsilon", FLOAT32, NORM_EPSILON),
        ("tokenizer.ggml.model", STRING, "gpt2"), ("tokenizer.ggml.pre", STRING, "llama-bpe"),
        ("tokenizer.ggml.tokens", ARRAY, tokenizer.tokens, STRING), ("tokenizer.ggml.token_type", ARRAY, types, INT32),
        ("tokenizer.ggml.merges", ARRAY, [], STRING),
        ("tokenizer.ggml.bos_token_id", UINT32, BOS), ("tokenizer.ggml.eos_token_id", UINT32, EOS),
        ("tokenizer.ggml.padding_token_id", UINT32, PAD),
        ("tokenizer.ggml.add_bos_token", BOOL, True), ("tokenizer.ggml.add_eos_token", BOOL, False),
    ]
    if reward:
        entries += [
            ("prm.step_tag", STRING, STEP_TAG), ("prm.step_tag_token_id", UINT32, TAG), ("prm.good_token", STRING, GOOD),
            ("prm.bad_token", STRING, BAD), ("prm.good_token_id", UINT32, tokenizer.good), ("prm.bad_token_id", UINT32, tokenizer.bad),
        ]
    return [_entry(*entry) for entry in entries]


def save(model, path, name, description="", reward=False, f32=False):
    """Matrices in F16 (or all in F32, to compare logits exactly), norms in F32."""
    state = model.state_dict()
    metadata = _metadata(model, name, description, reward, f32)
    tensors = [(theirs, state[ours].cpu().numpy().astype(np.float32 if f32 or state[ours].dim() == 1 else np.float16))
               for ours, theirs in tensor_names(model.shape["layers"]).items()]
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(metadata)) + b"".join(metadata)
    offset = 0
    for theirs, tensor in tensors:
        head += _string(theirs) + struct.pack("<I", tensor.ndim)
        head += b"".join(struct.pack("<Q", size) for size in tensor.shape[::-1])
        head += struct.pack("<IQ", int(tensor.dtype == np.float16), offset)
        offset += -(-tensor.nbytes // ALIGNMENT) * ALIGNMENT
    with open(path, "wb") as file:
        file.write(head + b"\0" * (-len(head) % ALIGNMENT))
        for _, tensor in tensors:
            data = np.ascontiguousarray(tensor).tobytes()
            file.write(data + b"\0" * (-len(data) % ALIGNMENT))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint")
    parser.add_argument("gguf")
    parser.add_argument("--name", required=True)
    parser.add_argument("--description", default="")
    parser.add_argument("--reward", action="store_true", help="write the keys of a reward model too")
    parser.add_argument("--f32", action="store_true")
    args = parser.parse_args()
    save(load(args.checkpoint), args.gguf, args.name, args.description, args.reward, args.f32)


if __name__ == "__main__":
    main()
