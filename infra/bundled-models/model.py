"""The llama architecture in plain torch: RMSNorm, SwiGLU, interleaved RoPE, output tied to the embedding, no biases.

A batch is questions and, for each, the same number of solutions. A question is read once for all of its solutions: their
attention sees the question's keys and their own. The logits are those of reading question + solution from the start.
"""
import math

import torch
from torch import nn
from torch.nn import functional as F

HEAD = 32  # size of an attention head
CONTEXT = 512
NORM_EPSILON = 1e-5
ROPE_BASE = 10000.0
SIZES = {
    "s": dict(width=64, layers=4, hidden=192),
    "m": dict(width=128, layers=4, hidden=384),
    "l": dict(width=192, layers=6, hidden=512),
}


class HalfProduct(torch.autograd.Function):
    """a @ b with bfloat16 operands, float32 outside: five to ten times as fast on CPUs with AVX512_BF16."""

    @staticmethod
    def forward(ctx, a, b):
        a, b = a.bfloat16(), b.bfloat16()
        ctx.save_for_backward(a, b)
        return (a @ b).float()

    @staticmethod
    def backward(ctx, grad):
        a, b = ctx.saved_tensors
        grad = grad.bfloat16()
        return (grad @ b.transpose(-1, -2)).float(), (a.transpose(-1, -2) @ grad).float()


def rms_norm(x, weight):
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + NORM_EPSILON) * weight


def rotate(x, cos, sin):
    """RoPE on pairs (2i, 2i + 1), llama.cpp's convention for architecture llama. x [..., tokens, HEAD]."""
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack([even * cos - odd * sin, even * sin + odd * cos], -1).flatten(-2)


class Layer(nn.Module):
    def __init__(self, width, hidden, layers):
        super().__init__()

        def matrix(rows, columns, scale=1.0):
            return nn.Parameter(torch.randn(rows, columns) * 0.7 * scale / math.sqrt(columns))

        quiet = 1 / math.sqrt(2 * layers)  # what writes into the residual stream begins small
        self.attention_norm = nn.Parameter(torch.ones(width))
        self.query, self.key, self.value = (matrix(width, width) for _ in range(3))
        self.output = matrix(width, width, quiet)
        self.hidden_norm = nn.Parameter(torch.ones(width))
        self.gate, self.up = matrix(hidden, width), matrix(hidden, width)
        self.down = matrix(width, hidden, quiet)


class Model(nn.Module):
    def __init__(self, vocabulary, width, layers, hidden):
        super().__init__()
        self.shape = dict(vocabulary=vocabulary, width=width, layers=layers, hidden=hidden)
        self.heads = width // HEAD
        self.embedding = nn.Parameter(torch.randn(vocabulary, width) * 0.05)
        self.layers = nn.ModuleList(Layer(width, hidden, layers) for _ in range(layers))
        self.norm = nn.Parameter(torch.ones(width))
        frequency = ROPE_BASE ** (-torch.arange(0, HEAD, 2).float() / HEAD)
        angle = torch.arange(2 * CONTEXT).float()[:, None] * frequency
        self.register_buffer("cos", angle.cos(), persistent=False)
        self.register_buffer("sin", angle.sin(), persistent=False)
        self.half = False  # bfloat16 matrix products while training

    def parameter_count(self):
        return sum(p.numel() for p in self.parameters())

    def forward(self, questions, solutions, lengths, tap=None):
        """Last hidden states of the solutions' tokens; with `tap`, also those after that many layers, without a norm.

        questions [P, Tq] padded on the right, lengths [P] their true lengths, solutions [P * k, Ts]: the first k belong to
        the first question. Returns [P * k, Ts, width] after the last norm (and likewise of the tap).
        """
        P, Tq = questions.shape
        N, Ts = solutions.shape
        k, H, scale = N // P, self.heads, 1 / math.sqrt(HEAD)
        product = HalfProduct.apply if self.half else torch.matmul
        device = questions.device

        position = lengths.repeat_interleave(k)[:, None] + torch.arange(Ts, device=device)
        place = torch.cat([torch.arange(Tq, device=device).repeat(P), position.flatten()])
        cos, sin = self.cos[place][:, None], self.sin[place][:, None]  # [tokens, 1, HEAD / 2]
        future = torch.full((max(Tq, Ts),) * 2, -1e9, device=device).triu(1)
        padding = torch.zeros(P, 1, Tq, device=device).masked_fill_(
            torch.arange(Tq, device=device) >= lengths[:, None, None], -1e9).repeat_interleave(H, 0)

        def linear(h, matrix):
            return product(h, matrix.t())

        def scores(q, key):
            return product(q, key.transpose(1, 2))

        def split(h, rows, tokens):  # [rows * tokens, H, HEAD] -> [rows * H, tokens, HEAD]
            return h.view(rows, tokens, H, HEAD).transpose(1, 2).reshape(rows * H, tokens, HEAD)

        def join(h, rows, tokens):
            return h.view(rows, H, tokens, HEAD).transpose(1, 2).reshape(rows * tokens, H * HEAD)

        def by_question(h):  # [N * H, Ts, x] -> [P * H, k * Ts, x]
            return h.view(P, k, H, Ts, -1).transpose(1, 2).reshape(P * H, k * Ts, -1)

        def by_solution(h):
            return h.view(P, H, k, Ts, -1).transpose(1, 2).reshape(N * H, Ts, -1)

        x = self.embedding[torch.cat([questions.flatten(), solutions.flatten()])]
        tapped = None
        for number, layer in enumerate(self.layers, 1):
            qkv = linear(rms_norm(x, layer.attention_norm), torch.cat([layer.query, layer.key, layer.value]))
            q, key, value = qkv.view(-1, 3, H, HEAD).unbind(1)
            q, key = rotate(q * scale, cos, sin), rotate(key, cos, sin)
            qq, kq, vq = (split(h[:P * Tq], P, Tq) for h in (q, key, value))
            qs, ks, vs = (split(h[P * Tq:], N, Ts) for h in (q, key, value))

            about_question = by_solution(scores(by_question(qs), kq) + padding)
            about_self = scores(qs, ks) + future[:Ts, :Ts]
            weight = torch.cat([about_question, about_self], -1).softmax(-1)
            seen = by_solution(product(by_question(weight[..., :Tq]), vq)) + product(weight[..., Tq:], vs)
            if number == len(self.layers):  # the questions' tokens are read by nothing any more
                x = x[P * Tq:] + linear(join(seen, N, Ts), layer.output)
            else:
                question_seen = product((scores(qq, kq) + future[:Tq, :Tq]).softmax(-1), vq)
                x = x + linear(torch.cat([join(question_seen, P, Tq), join(seen, N, Ts)]), layer.output)
            gate, up = linear(rms_norm(x, layer.hidden_norm), torch.cat([layer.gate, layer.up])).chunk(2, -1)
            x = x + linear(F.silu(gate) * up, layer.down)
            if number == tap:
                tapped = x[-N * Ts:].view(N, Ts, -1)
        states = rms_norm(x, self.norm).view(N, Ts, -1)
        return states if tap is None else (states, tapped)

    def logits(self, ids):
        """Logits at every position of plain token ids [tokens], as llama.cpp gives them."""
        empty = torch.zeros(1, 0, dtype=torch.long, device=ids.device)
        return (self(empty, ids[None], torch.zeros(1, dtype=torch.long, device=ids.device)) @ self.embedding.t())[0]
