using System.Globalization;
using System.Numerics;
using System.Text;
using RebaseBatch.Core.Answers.Values;

namespace RebaseBatch.Core.Answers.Notation;

/// <summary>Numbers: with thousands separators, decimals, repeating decimals, mixed, scientific.</summary>
sealed partial class AnswerParser
{
    // 1e999999999 would fill the memory. No useful answer has more digits than the longest text could write out.
    const int LargestExponent = AnswerKey.LongestText;

    Expression Number()
    {
        var start = _at;
        var value = PlainNumber(separators: true);
        var whole = !Enumerable.Range(start, _at - start).Any(at => TextAt(at) == ".");
        if (TakeExponent() is { } exponent) return Expression.Of(value * ((Rational)10).Power(exponent));
        return whole && MixedPart() is { } part ? Expression.Of(value + part) : Expression.Of(value);
    }

    /// <summary>Digits with an optional decimal point.</summary>
    Rational PlainNumber(bool separators)
    {
        var digits = new StringBuilder();
        var start = _at;
        Digits(digits, _at + DigitsAt(_at));
        if (separators) ThousandsGroups(digits, start);
        var decimals = 0;
        if (Next == "." && (digits.Length > 0 ? !IsSpacedAt(_at) : IsDigitAt(_at + 1)))
        {
            _at++;
            decimals = IsSpacedAt(_at) ? 0 : DigitsAt(_at);
            Digits(digits, _at + decimals);
        }
        if (digits.Length == 0) throw new UnreadableException("a number without digits");
        var value = new Rational(Integer(digits.ToString()), BigInteger.Pow(10, decimals));
        return decimals > 0 || TextAt(_at - 1) == "." ? value + Repeating(decimals) : value;
    }

    /// <summary>The digits under the bar of <c>0.1\overline{6}</c>, or in the brackets of <c>0.1(6)</c>.</summary>
    Rational Repeating(int decimals)
    {
        int start, length;
        if (Next == "\\overline")
        {
            var braced = TextAt(_at + 1) == "{";
            start = _at + (braced ? 2 : 1);
            length = braced ? DigitsAt(start) : Math.Min(1, DigitsAt(start));
            if (length == 0 || (braced && TextAt(start + length) != "}")) throw new UnreadableException("no digits under the bar");
            _at = start + length + (braced ? 1 : 0);
        }
        else
        {
            start = _at + 1;
            length = Next == "(" && !IsSpacedAt(_at) ? DigitsAt(start) : 0;
            if (length == 0 || TextAt(start + length) != ")") return 0;
            _at = start + length + 1;
        }
        var digits = new StringBuilder();
        for (var i = start; i < start + length; i++) digits.Append(TextAt(i));
        return new(Integer(digits.ToString()), BigInteger.Pow(10, decimals) * (BigInteger.Pow(10, length) - 1));
    }

    /// <summary>
    /// Groups of three digits after the first group, separated by commas or spaces. All groups must fit: 1,234,5 is a list and not a
    /// number.
    /// </summary>
    void ThousandsGroups(StringBuilder digits, int start)
    {
        if (digits.Length is 0 or > 3 || digits[0] == '0') return;
        var commas = Next == ",";
        var inList = _commasSeparate || (TextAt(start - 1) == "," && IsDigitAt(start - 2) && !IsSpacedAt(start));
        if (commas && inList) return;
        var end = _at;
        var all = new StringBuilder();
        while (true)
        {
            var group = commas ? end + 1 : end;
            var setOff = commas ? TextAt(end) == "," && !IsSpacedAt(end) && !IsSpacedAt(group) : IsSpacedAt(group);
            if (!setOff || !IsDigitAt(group)) break;
            if (DigitsAt(group) != 3)
            {
                if (commas) return;
                break;
            }
            for (end = group; end < group + 3; end++) all.Append(TextAt(end));
        }
        if (!commas && TextAt(end) == "/") return; // 5 100/200 is a mixed number and not 5,100 over 200
        digits.Append(all);
        _at = end;
    }

    /// <summary>
    /// <c>6.72e-5</c>. But 2e-1 may be twice Euler's number less one. So e and a sign are an exponent only where the text looks like a
    /// program's output: with a decimal point or a lone 1 before it, or with E, or with two digits after it.
    /// </summary>
    int? TakeExponent()
    {
        if (Next is not ("e" or "E") || IsSpacedAt(_at)) return null;
        var sign = TextAt(_at + 1) is "-" or "+" && !IsSpacedAt(_at + 1) ? TextAt(_at + 1) : "";
        var start = _at + 1 + sign.Length;
        var length = IsSpacedAt(start) ? 0 : DigitsAt(start);
        if (length is 0 or > 9) return null;
        var loneOne = TextAt(_at - 1) == "1" && !IsDigitAt(_at - 2);
        if (sign.Length > 0 && !(Next == "E" || length > 1 || loneOne || HasPointBefore(_at))) return null;
        var digits = new StringBuilder();
        _at = start;
        Digits(digits, start + length);
        var exponent = int.Parse(digits.ToString(), NumberStyles.None, CultureInfo.InvariantCulture);
        if (exponent > LargestExponent) throw new UnreadableException("too large an exponent");
        return sign == "-" ? -exponent : exponent;
    }

    bool HasPointBefore(int at)
    {
        at--;
        while (at >= 0 && IsDigitAt(at)) at--;
        return TextAt(at) == ".";
    }

    /// <summary>The proper fraction after a whole number: 137 1/2, <c>137\frac{1}{2}</c>.</summary>
    Rational? MixedPart()
    {
        var start = _at;
        var part = Next == "\\frac" ? LiteralFraction() : IsDigitAt(_at) && IsSpacedAt(_at) ? SlashFraction() : null;
        if (part is { Sign: > 0 } proper && proper.Numerator < proper.Denominator) return part;
        _at = start;
        return null;
    }

    Rational? LiteralFraction()
    {
        _at++;
        return LiteralArgument() is { } top && LiteralArgument() is { Sign: > 0 } bottom ? top / bottom : null;
    }

    Rational? LiteralArgument()
    {
        var braced = Take("{");
        var length = braced ? DigitsAt(_at) : Math.Min(1, DigitsAt(_at));
        if (length == 0) return null;
        var digits = new StringBuilder();
        Digits(digits, _at + length);
        return braced && !Take("}") ? null : new(Integer(digits.ToString()), 1);
    }

    Rational? SlashFraction()
    {
        var top = new StringBuilder();
        Digits(top, _at + DigitsAt(_at));
        if (!Take("/") || DigitsAt(_at) == 0) return null;
        var bottom = new StringBuilder();
        Digits(bottom, _at + DigitsAt(_at));
        return Integer(bottom.ToString()) is { Sign: > 0 } divisor ? new(Integer(top.ToString()), divisor) : null;
    }

    /// <summary>How many digits follow here without a gap.</summary>
    int DigitsAt(int start)
    {
        var end = start;
        while (IsDigitAt(end) && (end == start || !IsSpacedAt(end))) end++;
        return end - start;
    }

    void Digits(StringBuilder digits, int end)
    {
        while (_at < end) digits.Append(_tokens[_at++].Text);
    }

    static BigInteger Integer(string digits) => BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
}
