"""Muon for the matrices (momentum, then orthogonalised: about twice as few tokens as AdamW needs here), AdamW for the rest."""
import torch


def orthogonalise(matrices, rounds=5):
    """Newton-Schulz iteration towards the nearest orthogonal matrices, [n, rows <= columns]."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = (matrices / (matrices.norm(dim=(1, 2), keepdim=True) + 1e-7)).bfloat16()
    for _ in range(rounds):
        gram = x @ x.transpose(1, 2)
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.float()


class Muon:
    def __init__(self, model, rate, adam_rate, decay=0.01):
        named = list(model.named_parameters())
        self.matrices = [p for name, p in named if p.dim() == 2 and name != "embedding"]
        self.momenta = [torch.zeros_like(p) for p in self.matrices]
        self.rate, self.adam_rate, self.decay = rate, adam_rate, decay
        rest = [p for name, p in named if p.dim() != 2 or name == "embedding"]
        self.adam = torch.optim.AdamW(rest, lr=adam_rate, betas=(0.9, 0.98), weight_decay=0.0)

    @torch.no_grad()
    def step(self, scale):
        """One update, with the learning rates times `scale`; clears the gradients."""
        by_shape = {}
        for p, momentum in zip(self.matrices, self.momenta):
            momentum.mul_(0.95).add_(p.grad)
            update = p.grad + 0.95 * momentum
            p.grad = None
            wide = update.t() if update.shape[0] > update.shape[1] else update
            by_shape.setdefault(wide.shape, []).append((p, wide))
        for group in by_shape.values():
            updates = orthogonalise(torch.stack([update for _, update in group]))
            for (p, _), update in zip(group, updates):
                update = update if p.shape == update.shape else update.t()
                step = self.rate * scale * max(1, p.shape[0] / p.shape[1]) ** 0.5
                p.mul_(1 - self.rate * scale * self.decay).sub_(update, alpha=step)
        for group in self.adam.param_groups:
            group["lr"] = self.adam_rate * scale
        self.adam.step()
        self.adam.zero_grad(set_to_none=True)
