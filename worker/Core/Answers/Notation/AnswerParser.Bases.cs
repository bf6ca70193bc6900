using System.Globalization;
using RebaseBatch.Core.Answers.Values;

namespace RebaseBatch.Core.Answers.Notation;

/// <summary>Numbers in a base other than ten. They keep their digits: a question that asks for base 6 does not want 975.</summary>
sealed partial class AnswerParser
{
    const string BaseWord = "base";

    static readonly string[] s_baseNames =
    [
        "", "", "two", "three", "four", "five", "six", "seven", "eight", "nine",
        "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen",
    ];

    /// <summary><c>4343_6</c>, <c>1A_{16}</c>, 101 base two; in base ten a plain number.</summary>
    Expression? TakeBaseNumber()
    {
        var end = _at;
        while (IsDigitAt(end) || (end < _tokens.Count && _tokens[end].Text is [>= 'A' and <= 'Z']))
        {
            if (end > _at && IsSpacedAt(end)) break;
            end++;
        }
        if (end == _at || (end == _at + 1 && !IsDigitAt(_at))) return null; // A_1 is a variable
        if (BaseAt(end) is not var (radix, next)) return null;
        var digits = MathTokens.Join(_tokens, _at, end, false);
        if (digits.Any(digit => DigitValue(digit) >= radix)) return null;
        _at = next;
        if (radix == 10) return Expression.Of(new Rational(Integer(digits), 1));
        return new(Operation.BaseNumber, [], $"{digits.TrimStart('0')}_{radix}");
    }

    /// <summary>The base that is named at a place, and where its name ends.</summary>
    (int Radix, int Next)? BaseAt(int at)
    {
        int start, end, next;
        if (TextAt(at) == "_" && TextAt(at + 1) == "{")
        {
            start = end = at + 2;
            while (end < _tokens.Count && TextAt(end) != "}") end++;
            next = end + 1;
        }
        else if (TextAt(at) == "_")
        {
            start = at + 1;
            next = end = start + DigitsAt(start);
        }
        else if (UnitWords.WordAt(_tokens, at) == BaseWord)
        {
            start = at + BaseWord.Length;
            next = end = start + Math.Max(DigitsAt(start), UnitWords.WordAt(_tokens, start).Length);
        }
        else
        {
            return null;
        }
        return next <= _tokens.Count && BaseOf(MathTokens.Join(_tokens, start, end, false)) is { } radix ? (radix, next) : null;
    }

    static int DigitValue(char digit) => char.IsAsciiDigit(digit) ? digit - '0' : digit - 'A' + 10;

    static int? BaseOf(string name)
    {
        if (name.StartsWith(BaseWord, StringComparison.Ordinal)) name = name[BaseWord.Length..].TrimStart();
        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var radix))
            return radix is >= 2 and <= 36 ? radix : null;
        return Array.IndexOf(s_baseNames, name) is var index && index >= 2 ? index : null;
    }
}
