"""The few calls of llama.cpp's library that the check needs, through ctypes."""
import ctypes as c
import os
import tempfile
from pathlib import Path

import numpy as np

from product import PROGRAM

LIBRARIES = PROGRAM.parent / "native/llama"
# Places in llama_context_params of v0.4.0, in words of 32 bits (see worker/Inference/Llama/LlamaContextParams.cs).
CONTEXT, THREADS, BATCH_THREADS, FLASH_ATTENTION, KEY_TYPE, VALUE_TYPE = 0, 7, 8, 13, 26, 27


class _Parameters(c.Structure):
    """A parameter struct, not looked into: the library fills it and takes it back."""

    _fields_ = [("words", c.c_uint32 * 128)]


class _Batch(c.Structure):
    _fields_ = [("count", c.c_int32), ("token", c.POINTER(c.c_int32)), ("embedding", c.c_void_p), ("position", c.POINTER(c.c_int32)),
                ("sequence_count", c.POINTER(c.c_int32)), ("sequences", c.POINTER(c.POINTER(c.c_int32))), ("logits", c.POINTER(c.c_int8))]


def _library(folder):
    """Loads libllama; its needs are looked for by plain names, which the packaged files lack."""
    plain = Path(tempfile.mkdtemp())
    for file in folder.iterdir():
        for name in {file.name, file.name.split(".")[0] + ".so"}:
            os.symlink(file, plain / name)
    c.CDLL(plain / "libggml-base.so", mode=c.RTLD_GLOBAL)
    ggml = c.CDLL(next(plain.glob("libggml.*.so"), plain / "libggml.so"), mode=c.RTLD_GLOBAL)
    library = c.CDLL(next(plain.glob("libllama.*.so"), plain / "libllama.so"), mode=c.RTLD_GLOBAL)
    ggml.ggml_backend_load_all_from_path.argtypes = [c.c_char_p]
    ggml.ggml_backend_load_all_from_path(str(folder).encode())
    return library


class Llama:
    """One model on one thread, with an F32 cache and no flash attention, so that its logits can be compared exactly."""

    def __init__(self, path, folder=LIBRARIES, context=512):
        self._lib = _library(folder)
        self._silent = c.CFUNCTYPE(None, c.c_int, c.c_char_p, c.c_void_p)(lambda level, text, data: None)
        self._lib.llama_log_set(self._silent, None)
        self._lib.llama_backend_init()
        model = self._call("llama_model_default_params", _Parameters)()
        self._model = self._call("llama_model_load_from_file", c.c_void_p, c.c_char_p, _Parameters)(str(path).encode(), model)
        if not self._model:
            raise SystemExit(f"llama.cpp could not load {path}")
        parameters = self._call("llama_context_default_params", _Parameters)()
        words = parameters.words
        if tuple(words[i] for i in (THREADS, BATCH_THREADS, KEY_TYPE, VALUE_TYPE)) != (4, 4, 1, 1):
            raise SystemExit("this llama.cpp is not v0.4.0: its llama_context_params look different")
        words[CONTEXT] = context
        words[THREADS] = words[BATCH_THREADS] = 1
        words[FLASH_ATTENTION] = 0  # off: it computes with F16 keys
        words[KEY_TYPE] = words[VALUE_TYPE] = 0  # F32 instead of F16
        self._context = self._call("llama_init_from_model", c.c_void_p, c.c_void_p, _Parameters)(self._model, parameters)
        self._vocabulary = self._call("llama_model_get_vocab", c.c_void_p, c.c_void_p)(self._model)
        self.size = self._call("llama_vocab_n_tokens", c.c_int32, c.c_void_p)(self._vocabulary)

    def _call(self, name, result, *arguments):
        function = getattr(self._lib, name)
        function.restype, function.argtypes = result, list(arguments)
        return function

    def tokenize(self, text):
        data = text.encode()
        room = len(data) + 8
        ids = (c.c_int32 * room)()
        call = self._call("llama_tokenize", c.c_int32, c.c_void_p, c.c_char_p, c.c_int32, c.POINTER(c.c_int32), c.c_int32, c.c_bool, c.c_bool)
        return list(ids[:call(self._vocabulary, data, len(data), ids, room, True, False)])

    def logits(self, ids):
        """Logits at every position, [tokens, vocabulary]."""
        memory = self._call("llama_get_memory", c.c_void_p, c.c_void_p)(self._context)
        self._call("llama_memory_clear", None, c.c_void_p, c.c_bool)(memory, True)
        batch = self._call("llama_batch_init", _Batch, c.c_int32, c.c_int32, c.c_int32)(len(ids), 0, 1)
        batch.count = len(ids)
        for i, token in enumerate(ids):
            batch.token[i], batch.position[i], batch.sequence_count[i], batch.logits[i] = token, i, 1, 1
            batch.sequences[i][0] = 0
        code = self._call("llama_decode", c.c_int32, c.c_void_p, _Batch)(self._context, batch)
        if code:
            raise SystemExit(f"llama_decode failed with {code}")
        row = self._call("llama_get_logits_ith", c.POINTER(c.c_float), c.c_void_p, c.c_int32)
        result = np.stack([np.ctypeslib.as_array(row(self._context, i), (self.size,)).copy() for i in range(len(ids))])
        self._call("llama_batch_free", None, _Batch)(batch)
        return result
