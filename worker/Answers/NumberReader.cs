using System.Globalization;
using System.Numerics;

namespace RebaseBatch.Answers;

/// <summary>
/// Reads one number that fills a whole text, exactly: integers with or without thousands separators, decimals, fractions, mixed
/// numbers, scientific notation, each with sign and percent sign (dropped, as by hendrycks/math: <c>18%</c> is 18). The text comes
/// from <see cref="MathTokens"/>: currency signs, degrees and TeX spacing are gone.
/// </summary>
ref struct NumberReader
{
    // 1e999999999 would fill the memory; no answer worth comparing has more digits than a text of AnswerKey.LongestText can spell out.
    const int LargestExponent = AnswerKey.LongestText;

    readonly ReadOnlySpan<char> _text;
    int _at;

    NumberReader(ReadOnlySpan<char> text) => _text = text;

    public static bool TryRead(ReadOnlySpan<char> text, out Rational value)
    {
        var reader = new NumberReader(text);
        var negative = reader.Sign();
        if (!reader.Unsigned(out value)) return false;
        reader.Skip("%");
        if (negative) value = -value;
        return reader._at == text.Length;
    }

    readonly char Next => _at < _text.Length ? _text[_at] : '\0';

    bool Skip(string expected)
    {
        if (!_text[_at..].StartsWith(expected)) return false;
        _at += expected.Length;
        return true;
    }

    bool Sign()
    {
        var negative = Next == '-';
        if (Next is '-' or '+') _at++;
        return negative;
    }

    bool Unsigned(out Rational value)
    {
        if (Fraction(out value)) return true;
        if (!Plain(out value)) return false;
        if (value.Denominator.IsOne && Mixed(ref value)) return true;
        if (Skip("/"))
        {
            var negative = Sign();
            if (!Plain(out var divisor) || divisor.Numerator.IsZero) return false;
            value = negative ? -value / divisor : value / divisor;
            return true;
        }
        return Scale(ref value);
    }

    /// <summary><c>\frac{3}{4}</c>, <c>\frac34</c>.</summary>
    bool Fraction(out Rational value)
    {
        value = default;
        if (!Skip("\\frac") || !Argument(out var numerator) || !Argument(out var denominator) || denominator.Numerator.IsZero) return false;
        value = numerator / denominator;
        return true;
    }

    bool Argument(out Rational value)
    {
        value = default;
        if (char.IsAsciiDigit(Next))
        {
            value = new(_text[_at++] - '0', 1);
            return true;
        }
        if (!Skip("{")) return false;
        var negative = Sign();
        if (!Plain(out value)) return false;
        if (negative) value = -value;
        return Skip("}");
    }

    /// <summary>After the whole part: <c>2\frac{1}{2}</c>, <c>2 1/2</c>. The fraction must be proper: <c>2\frac{5}{2}</c> is no mixed number.</summary>
    bool Mixed(ref Rational value)
    {
        var start = _at;
        Rational part = default;
        var read = Next == '\\'
            ? Fraction(out part)
            : Skip(" ") && Plain(out part) && Skip("/") && Plain(out var divisor) && Quotient(ref part, divisor);
        if (read && part.Numerator.Sign > 0 && part.Numerator < part.Denominator)
        {
            value += part;
            return true;
        }
        _at = start;
        return false;
    }

    static bool Quotient(ref Rational value, Rational divisor)
    {
        if (divisor.Numerator.IsZero) return false;
        value /= divisor;
        return true;
    }

    /// <summary><c>6.72e-5</c>, <c>6.72\times10^{-5}</c>, or nothing. False for an exponent that is malformed or out of bounds.</summary>
    bool Scale(ref Rational value)
    {
        var braced = false;
        if (Next is 'e' or 'E')
            _at++;
        else if (Skip("\\times10^") || Skip("\\cdot10^"))
            braced = Skip("{");
        else
            return true;

        var negative = Sign();
        var digits = Digits();
        if (braced && !Skip("}")) return false;
        if (digits.Length is 0 or > 9) return false;
        var exponent = int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        if (exponent > LargestExponent) return false;
        var power = BigInteger.Pow(10, exponent);
        value *= negative ? new(1, power) : new(power, 1);
        return true;
    }

    /// <summary>Digits with an optional decimal point; groups of three behind the first may be set off by commas or by spaces.</summary>
    bool Plain(out Rational value)
    {
        value = default;
        var whole = Digits();
        if (whole.Length is >= 1 and <= 3 && whole[0] != '0') whole = Groups(whole);
        var decimals = ReadOnlySpan<char>.Empty;
        if (Skip(".")) decimals = Digits();
        if (whole.Length + decimals.Length == 0) return false;
        var digits = BigInteger.Parse(string.Concat(whole, decimals), NumberStyles.None, CultureInfo.InvariantCulture);
        value = new(digits, BigInteger.Pow(10, decimals.Length));
        return true;
    }

    ReadOnlySpan<char> Groups(ReadOnlySpan<char> first)
    {
        if (Next is not (',' or ' ')) return first;
        var (start, separator) = (_at, Next);
        var all = first.ToString();
        while (Next == separator)
        {
            var before = _at++;
            var group = Digits();
            if (group.Length != 3)
            {
                _at = before;
                break;
            }
            all += group.ToString();
        }
        // "5 100/200" is a mixed number and no 5,100 over 200.
        if (separator == ' ' && Next == '/')
        {
            _at = start;
            return first;
        }
        return all;
    }

    ReadOnlySpan<char> Digits()
    {
        var start = _at;
        while (char.IsAsciiDigit(Next)) _at++;
        return _text[start.._at];
    }
}
