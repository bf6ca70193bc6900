using System.Collections.Frozen;
using RebaseBatch.Core.Answers.Values;

namespace RebaseBatch.Core.Answers.Notation;

/// <summary>Letters: variables, products of variables, names of functions and constants, and other words.</summary>
sealed partial class AnswerParser
{
    const int LongestProduct = 4;

    static readonly FrozenSet<string> s_words = FrozenSet.ToFrozenSet(
    [
        "no", "yes", "if", "is", "to", "of", "the", "are", "all", "for", "not", "am", "pm", "st", "nd", "rd", "th", "odd", "in", "on", "at",
        "by", "my", "we", "it", "as", "an", "so", "day", "one", "two", "six", "ten", "mod", "per", "set", "sum", "but", "any",
        "than", "more", "less", "then", "when", "with", "from", "even", "true", "none", "left", "zero", "four", "five", "nine", "each",
        "only", "both", "real",
    ], StringComparer.OrdinalIgnoreCase);

    int _approvedLetters; // the letters before this token are a product of variables

    Expression Letters()
    {
        if (_at < _approvedLetters) return SymbolAt();
        var word = UnitWords.WordAt(_tokens, _at);
        if (word.Length == 1) return Next is "f" or "g" && Call() is { } call ? call : SymbolAt();
        if (Named(word) is { } named) return named;
        if (!IsProduct(word)) throw new UnreadableException($"{word} is a word");
        _approvedLetters = _at + word.Length;
        return SymbolAt();
    }

    Expression? Named(string word)
    {
        var command = "\\" + word;
        if (word is not ("pi" or "infinity" or "inf" or "sqrt") && !CommandNames.IsFunction(command)) return null;
        _at += word.Length;
        return word switch
        {
            "pi" => Expression.Symbol("\\pi"),
            "infinity" or "inf" => Expression.Infinity,
            "sqrt" => Root(),
            _ => Function(word),
        };
    }

    /// <summary>A few letters in a formula, or a few consonants anywhere: <c>2abc</c> and <c>xy</c>, but not <c>cab</c>.</summary>
    bool IsProduct(string word)
    {
        if (_tokens[_at].InText || s_words.Contains(word)) return false;
        return _formula
            ? word.Length <= (_tokens[_at].Spaced ? LongestProduct - 1 : LongestProduct)
            : word.Length < LongestProduct && !word.AsSpan().ContainsAny("aeiou") && word.All(char.IsAsciiLetterLower);
    }

    /// <summary><c>f(x)</c>, <c>f'(x)</c>, <c>f^{-1}(x)</c></summary>
    Expression? Call()
    {
        var (start, name) = (_at, Next);
        _at++;
        while (Take("'")) name += "'";
        if (MathTokens.Join(_tokens, _at, Math.Min(_at + 5, _tokens.Count), false) == "^{-1}") (_at, name) = (_at + 5, name + "^-1");
        if (Next == "(" && Primary() is var argument && (argument.IsScalar || argument.Operation == Operation.Bracketed))
            return Expression.Function(name, argument.IsScalar ? [argument] : [.. argument.Operands]);
        _at = start;
        return null;
    }

    /// <summary>One letter with its subscript and primes.</summary>
    Expression SymbolAt()
    {
        var name = _tokens[_at++].Text;
        if (Take("_"))
        {
            var (start, braced) = (_at, Next == "{");
            _at++;
            while (braced && _at < _tokens.Count && TextAt(_at - 1) != "}") _at++;
            if (_at > _tokens.Count) throw new UnreadableException("a subscript is missing");
            var subscript = MathTokens.Join(_tokens, start, _at, false);
            name += "_" + (subscript is ['{', var single, '}'] ? single.ToString() : subscript);
        }
        while (Take("'")) name += "'";
        return Expression.Symbol(name);
    }
}
