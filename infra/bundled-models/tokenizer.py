"""The tokenizer of the bundled models, as llama.cpp runs it.

GGUF model "gpt2", pre-tokenizer "llama-bpe", no merges. That pre-tokenizer ignores merges: a piece of text that is in the
vocabulary becomes that token, any other one falls to its bytes. So words are single tokens and so is every digit.
"""
import json
import re
from pathlib import Path

PAD, BOS, EOS, TAG = 0, 1, 2, 3
STEP_TAG = "ки"  # the step tag of Math-Shepherd
GOOD, BAD = "+", "-"

_LETTER = r"[^\W\d_]"
_PIECES = re.compile(
    r"'(?:[sS]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])"
    rf"|(?:[^\r\n\w]|_)?{_LETTER}+|\d{{1,3}}| ?(?:[^\s\w]|_)+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def _byte_alphabet():
    """GPT-2's mapping of the 256 bytes to printable characters."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    alphabet = {byte: chr(byte) for byte in printable}
    for byte in range(256):
        if byte not in alphabet:
            alphabet[byte] = chr(256 + len(alphabet) - len(printable))
    return alphabet


_TO_CHAR = _byte_alphabet()
_TO_BYTE = {char: byte for byte, char in _TO_CHAR.items()}


def as_characters(text):
    """UTF-8 bytes of `text`, one printable character a byte, as GGUF stores tokens."""
    return "".join(_TO_CHAR[byte] for byte in text.encode("utf-8"))


def pieces(text):
    """What the pre-tokenizer cuts `text` into."""
    return _PIECES.findall(text)


class Tokenizer:
    """Text to token ids and back."""

    def __init__(self, path=Path(__file__).with_name("vocab.json")):
        self.tokens = json.loads(Path(path).read_text(encoding="utf-8"))
        self.ids = {token: i for i, token in enumerate(self.tokens)}
        self.good, self.bad = self.ids[GOOD], self.ids[BAD]
        self.line_break = self.ids["Ċ"]
        self._cache = {}

    def __len__(self):
        return len(self.tokens)

    def _piece(self, piece):
        if piece not in self._cache:
            characters = as_characters(piece)
            whole = self.ids.get(characters)
            self._cache[piece] = [whole] if whole is not None else [self.ids[c] for c in characters]
        return self._cache[piece]

    def encode(self, text, bos=False):
        """Token ids of `text`; the step tag is matched before the text around it is cut."""
        ids = [BOS] if bos else []
        for i, part in enumerate(text.split(STEP_TAG)):
            if i:
                ids.append(TAG)
            for piece in pieces(part):
                ids += self._piece(piece)
        return ids

    def text(self, token):
        """The text of one token; bytes of an unfinished character become '?'-like marks."""
        if token == TAG:
            return STEP_TAG
        return "" if token < TAG else bytes(_TO_BYTE[c] for c in self.tokens[token]).decode("utf-8", "replace")

    def decode(self, ids):
        parts = (STEP_TAG.encode() if i == TAG else bytes(_TO_BYTE[c] for c in self.tokens[i]) for i in ids if i >= TAG)
        return b"".join(parts).decode("utf-8", "replace")


def build(texts, names):
    """The vocabulary: control tokens, the bytes, and every word that occurs at least ten times in `texts`."""
    counts = {}
    for text in texts:
        for piece in pieces(text):
            counts[piece] = counts.get(piece, 0) + 1
    always = [*names, *(" " + name for name in names), " +", " -", " *", " /", " ="]
    words = {word for word, count in counts.items() if count >= 10} | set(always)
    keep = sorted(
        word for word in words
        if not any(c.isdigit() for c in word) and len(as_characters(word)) > 1 and not word.endswith("\n"))
    return ["<pad>", "<s>", "</s>", STEP_TAG, *(_TO_CHAR[byte] for byte in range(256)), *map(as_characters, keep)]
