using RebaseBatch.Core.Answers.Values;

namespace RebaseBatch.Core.Answers.Notation;

/// <summary>Sums, products, powers.</summary>
sealed partial class AnswerParser
{
    static readonly Dictionary<string, int> s_scales = new(StringComparer.OrdinalIgnoreCase)
    {
        ["hundred"] = 2, ["thousand"] = 3, ["million"] = 6, ["billion"] = 9, ["trillion"] = 12,
    };

    Expression Sum()
    {
        List<Expression> terms = [SignedProduct()];
        while (Next is "+" or "-" or "\\pm" or "\\mp")
        {
            var sign = Next;
            _at++;
            terms.Add(Signed(sign, Next is "-" ? SignedProduct() : Product()));
        }
        return terms.Count == 1 ? terms[0] : new(Operation.Sum, [.. terms]);
    }

    Expression SignedProduct()
    {
        var sign = Next;
        if (sign is not ("+" or "-" or "\\pm" or "\\mp")) return Product();
        _at++;
        if (sign == "+" && Take("/"))
        {
            Expect("-"); // +/-
            sign = "\\pm";
        }
        return Signed(sign, Product());
    }

    static Expression Signed(string sign, Expression term) => sign switch
    {
        "-" => Expression.Negative(term),
        "\\pm" => new(Operation.PlusMinus, [term], "+"),
        "\\mp" => new(Operation.PlusMinus, [term], "-"),
        _ => term,
    };

    Expression Product()
    {
        List<Expression> factors = [Factor()];
        var units = 0;
        while (true)
        {
            var unit = UnitWords.LengthAt(_tokens, _at);
            _at += unit;
            if (unit > 0) _units++;
            if (unit > 0 && ++units > 1) throw new UnreadableException("the dimensions of 4 ft by 12 ft are no number");
            if (TakeScale() is { } scale) factors.Add(scale);
            else if (Take("\\times") || TakeAsterisks() || TakeTimesLetter()) factors.Add(SignedFactor());
            else if (Take("/")) factors.Add(new(Operation.Reciprocal, [SignedFactor()]));
            else if (StartsFactor() || (unit == 0 && StartsNumber())) factors.Add(Factor());
            else break;
        }
        return factors.Count == 1 ? factors[0] : new(Operation.Product, [.. factors]);
    }

    bool TakeAsterisks()
    {
        if (Next != "*" || TextAt(_at + 1) == "*") return false; // ** is a power
        _at++;
        return true;
    }

    /// <summary>The x of 3 x 10^4.</summary>
    bool TakeTimesLetter()
    {
        if (!_timesLetter || Next is not ("x" or "X") || !IsDigitAt(_at - 1) || !IsDigitAt(_at + 1)) return false;
        _at++;
        return true;
    }

    /// <summary>10 million</summary>
    Expression? TakeScale()
    {
        if (!IsLetterAt(_at) || !(_tokens[_at].Spaced || _tokens[_at].InText)) return null;
        var word = UnitWords.WordAt(_tokens, _at);
        if (!s_scales.TryGetValue(word, out var zeros)) return null;
        _at += word.Length;
        return Expression.Of(((Rational)10).Power(zeros));
    }

    Expression SignedFactor() => Take("-") ? Expression.Negative(Factor()) : Factor();

    /// <summary>Whether an implicit product continues here. Not with a number: nobody knows what 2 3 means.</summary>
    bool StartsFactor()
    {
        if (_at >= _tokens.Count) return false;
        var token = _tokens[_at];
        if (token.IsLetter) return SeparatorWord() is null && !IsUnionLetter();
        return token.Text switch
        {
            "(" or "[" or "{" => true,
            "|" => !_barEnds,
            _ => token.IsCommand && CommandNames.StartFactors(token.Text),
        };
    }

    /// <summary>
    /// Whether a number continues an implicit product: <c>n2^{n-1}</c>, <c>(x+1)5</c>. Not behind a word or a label: May 5, (C) 12, A5.
    /// </summary>
    bool StartsNumber()
    {
        if (!IsDigitAt(_at)) return false;
        var before = _at - 1;
        switch (TextAt(before))
        {
            case ")" or "]" or "}":
                return !(TextAt(before - 2) is "(" or "[" && TextAt(before - 3) is not ("}" or ")"));
            case var text when CommandNames.IsGreek(text):
                return true;
            case [var letter] when char.IsLetter(letter):
                var start = before;
                while (IsLetterAt(start - 1) && !IsSpacedAt(start)) start--;
                if (before - start > 1 || _tokens[before].InText) return false;
                return char.IsLower(letter) || TextAt(_at + DigitsAt(_at)) == "^";
            default:
                return false;
        }
    }

    Expression Factor()
    {
        var factor = Primary();
        if (Next == "!" && !(TextAt(_at + 1) == "=" && IsSpacedAt(_at)))
        {
            _at++;
            factor = Expression.Function("!", factor);
        }
        if (TakeHat())
        {
            factor = new(Operation.Power, [factor, Exponent()]);
            if (Next == "^") throw new UnreadableException("a double exponent");
        }
        Take("%"); // by hendrycks/math: 18% is 18
        if (Take(MathTokens.Degree))
        {
            factor = new(Operation.Degrees, [factor]);
            if (Next is "C" or "F" && !IsLetterAt(_at + 1)) _at++;
        }
        return factor;
    }

    bool TakeHat()
    {
        if (Take("^")) return true;
        if (Next != "*" || TextAt(_at + 1) != "*") return false;
        _at += 2;
        return true;
    }

    /// <summary>All the digits: 2^10 means 1024, although TeX would raise the 1 only.</summary>
    Expression Exponent()
    {
        if (Take("-")) return Expression.Negative(UnsignedExponent());
        Take("+");
        return UnsignedExponent();
    }

    Expression UnsignedExponent()
    {
        if (IsDigitAt(_at)) return Expression.Of(PlainNumber(separators: false));
        return IsLetterAt(_at) && UnitWords.WordAt(_tokens, _at) != "pi" ? SymbolAt() : Primary();
    }
}
