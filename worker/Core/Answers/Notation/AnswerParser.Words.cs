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
        if (_at < _approvedLetters) return Call() ?? SymbolAt();
        var word = UnitWords.WordAt(_tokens, _at);
        if (word.Length == 1) return Call() ?? SymbolAt();
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

    /// <summary>
    /// <c>f(x)</c>, <c>P_1'(x)</c>, <c>h^{-1}(x)</c>. At a number, as in p(2), and for an event, as in P(X=1), the whole is a name.
    /// </summary>
    Expression? Call()
    {
        if (_functions.CallAt(_at) is not { } head) return null;
        if (_functions.IsEvent(head))
        {
            _at = head.End + 1;
            return Expression.Symbol(head.Name + MathTokens.Join(_tokens, head.Open, head.End + 1, true));
        }
        var start = _at;
        _at = head.Open;
        var argument = Primary();
        if (Literal(argument) is { } number) return Expression.Symbol($"{head.Name}({number})");
        if (argument.IsScalar) return new(Operation.Call, [argument], head.Name);
        if (argument.Operation == Operation.Bracketed) return new(Operation.Call, [.. argument.Operands], head.Name);
        _at = start;
        return null;
    }

    static Rational? Literal(Expression expression) => expression switch
    {
        { Operation: Operation.Number } => expression.Number,
        { Operation: Operation.Negative, Operands: [var operand] } => -Literal(operand),
        { Operation: Operation.Product, Operands: [var top, { Operation: Operation.Reciprocal, Operands: [var bottom] }] } =>
            Literal(bottom) is { IsZero: false } divisor ? Literal(top) / divisor : null,
        _ => null,
    };

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
