using RebaseBatch.Core.Answers.Values;

namespace RebaseBatch.Core.Answers.Notation;

/// <summary>Numbers, letters, groups and commands.</summary>
sealed partial class AnswerParser
{
    /// <summary>Every group is read through this method, so it counts the nesting.</summary>
    Expression Primary()
    {
        if (++_depth > DeepestNesting) throw new UnreadableException("nested too deep");
        if (_at >= _tokens.Count) throw new UnreadableException("something is missing");
        var token = _tokens[_at];
        var primary = token.Text switch
        {
            _ when TakeBaseNumber() is { } number => number,
            _ when token.IsDigit || (token.Is(".") && IsDigitAt(_at + 1)) => Number(),
            _ when token.IsLetter => Letters(),
            "{" => Group("}"),
            "(" or "[" => Bracketed(),
            "\\{" => Set(),
            "|" => Absolute(),
            _ when token.IsCommand => Command(),
            _ => throw new UnreadableException($"no term starts with {token.Text}"),
        };
        _depth--;
        return primary;
    }

    /// <summary>The argument of a command: a group, a command or one character, as in <c>\frac12</c>.</summary>
    Expression Argument()
    {
        if (IsDigitAt(_at)) return Expression.Of(_tokens[_at++].Text[0] - '0');
        return IsLetterAt(_at) ? SymbolAt() : Primary();
    }

    Expression Command()
    {
        var name = _tokens[_at++].Text;
        if (CommandNames.IsGreek(name))
        {
            _at--;
            return Call() ?? SymbolAt();
        }
        if (CommandNames.IsFunction(name)) return Function(name[1..]);
        return name switch
        {
            "\\frac" => new(Operation.Product, [Argument(), new(Operation.Reciprocal, [Argument()])]),
            "\\sqrt" => Root(),
            "\\infty" => Expression.Infinity,
            "\\binom" => Expression.Function("binom", Argument(), Argument()),
            "\\begin" => Matrix(),
            "\\lfloor" => Delimited("floor", "\\rfloor"),
            "\\lceil" => Delimited("ceil", "\\rceil"),
            "\\langle" => Tuple("\\rangle"),
            "\\emptyset" => new(Operation.Set, []),
            "\\mathbb" => NumberSet(),
            "\\angle" => Angle(),
            _ => throw new UnreadableException($"the command {name} is unknown"),
        };
    }

    /// <summary><c>\angle ABC</c> is a name as a whole.</summary>
    Expression Angle()
    {
        var word = UnitWords.WordAt(_tokens, _at);
        _at += word.Length;
        return word.Length > 0 ? Expression.Symbol("\\angle " + word) : throw new UnreadableException("an angle without a name");
    }

    Expression NumberSet()
    {
        var braced = Take("{");
        Expect("R");
        if (braced) Expect("}");
        return new(Operation.Reals, []);
    }

    Expression Root()
    {
        Expression degree = Expression.Of(2);
        if (Next == "[")
        {
            _at++;
            degree = Within(bar: false, commas: false, Sum);
            Expect("]");
        }
        var radicand = IsDigitAt(_at) ? Expression.Of(PlainNumber(separators: false)) : Argument(); // \sqrt13 is not a product
        if (degree is { Operation: Operation.Number, Number: { IsInteger: true, Bits: < 10, Sign: > 0 } n })
            return new(Operation.Root, [radicand], number: n);
        return new(Operation.Power, [radicand, new(Operation.Reciprocal, [degree])]);
    }

    Expression Delimited(string function, string close)
    {
        var operand = Within(bar: false, commas: false, Sum);
        Expect(close);
        return Expression.Function(function, operand);
    }

    Expression Absolute()
    {
        Expect("|");
        var operand = Within(bar: true, commas: false, Sum);
        Expect("|");
        return Expression.Function("abs", operand);
    }

    /// <summary><c>\sin x</c>, <c>\sin^2 x</c>, <c>\sin^{-1} x</c>, <c>\log_2 x</c></summary>
    Expression Function(string name)
    {
        Expression? exponent = null, logBase = null;
        for (var i = 0; i < 2; i++)
        {
            if (exponent is null && Take("^")) exponent = Exponent();
            else if (logBase is null && name == "log" && Take("_")) logBase = LogBase();
        }
        if (exponent is { Operation: Operation.Negative, Operands: [{ Operation: Operation.Number, Number: { Bits: 1, Sign: 1 } }] })
            (name, exponent) = (CommandNames.Inverse(name), null);
        var argument = FunctionArgument();
        var value = name switch
        {
            "exp" => new(Operation.Power, [Expression.Symbol("e"), argument]),
            "log" or "lg" => Expression.Function("log", argument, logBase ?? Expression.Of(10)),
            _ => Expression.Function(name, argument),
        };
        return exponent is null ? value : new(Operation.Power, [value, exponent]);
    }

    Expression LogBase() => IsDigitAt(_at) ? Expression.Of(PlainNumber(separators: false)) : Argument();

    /// <summary>The argument in brackets; without brackets, the factors up to the next function.</summary>
    Expression FunctionArgument()
    {
        if (Next is "(" or "[" or "{" or "|") return Primary();
        return Take("-") ? Expression.Negative(ArgumentFactors()) : ArgumentFactors();
    }

    Expression ArgumentFactors()
    {
        List<Expression> factors = [Factor()];
        while (StartsFactor() && !CommandNames.IsFunction(Next) && !CommandNames.IsFunction("\\" + UnitWords.WordAt(_tokens, _at)))
            factors.Add(Factor());
        return factors.Count == 1 ? factors[0] : new(Operation.Product, [.. factors]);
    }
}
