using RebaseBatch.Core.Answers.Values;

namespace RebaseBatch.Core.Answers.Notation;

/// <summary>
/// Reads an answer into a syntax tree, by recursive descent with one method for each level of precedence. From loose to tight: lists,
/// relations, unions, sums, products (also implicit ones), powers, primaries. It refuses what it can't read as mathematics;
/// such an answer is compared as text.
/// </summary>
sealed partial class AnswerParser
{
    /// <summary>Levels of groups within groups. Gold answers of MATH have up to 5; one level takes about 2 KiB of stack.</summary>
    public const int DeepestNesting = 32;

    readonly IReadOnlyList<MathToken> _tokens;
    readonly bool _formula;
    readonly FunctionNames _functions;
    readonly bool _timesLetter; // every x stands between two digits, as in 3 x 10^4
    int _at;
    int _depth;
    bool _barEnds; // a bar closes a group here, as in |x|, and does not open one
    int _units; // units that were left out so far
    bool _commasSeparate; // no comma is a thousands separator here

    AnswerParser(IReadOnlyList<MathToken> tokens)
    {
        _tokens = tokens;
        _formula = tokens.Any(token =>
            token.IsDigit || token.Text is "^" or "=" or "+" or "<" or ">" or "\\frac" or "\\sqrt" or "\\pi" or "\\times");
        _functions = new(tokens);
        _timesLetter = Enumerable.Range(0, tokens.Count)
            .All(at => TextAt(at) is not ("x" or "X") || (IsDigitAt(at - 1) && IsDigitAt(at + 1)));
    }

    /// <exception cref="UnreadableException">This parser can't read it as mathematics.</exception>
    public static Expression Parse(IReadOnlyList<MathToken> tokens)
    {
        var end = tokens.Count;
        while (end > 0 && tokens[end - 1].Text is "," or ";") end--;
        var parser = new AnswerParser(end == tokens.Count ? tokens : [.. tokens.Take(end)]);
        var expression = parser.Stacked();
        return parser._at == end ? expression : throw new UnreadableException("something is left over");
    }

    string Next => TextAt(_at);

    string TextAt(int at) => at >= 0 && at < _tokens.Count ? _tokens[at].Text : "";

    bool Take(string text)
    {
        if (Next != text) return false;
        _at++;
        return true;
    }

    void Expect(string text)
    {
        if (!Take(text)) throw new UnreadableException($"{text} is missing");
    }

    bool IsDigitAt(int at) => at >= 0 && at < _tokens.Count && _tokens[at].IsDigit;

    bool IsLetterAt(int at) => at >= 0 && at < _tokens.Count && _tokens[at].IsLetter;

    bool IsSpacedAt(int at) => at >= 0 && at < _tokens.Count && _tokens[at].Spaced;

    /// <summary>A list, or two of them as TeX stacks them: <c>{n \choose 2}</c>, <c>{2 \over 3}</c>.</summary>
    Expression Stacked()
    {
        var top = List();
        if (Take("\\choose")) return Expression.Function("binom", top, List());
        return Take("\\over") ? new(Operation.Product, [top, new(Operation.Reciprocal, [List()])]) : top;
    }

    Expression List()
    {
        var first = Relation();
        if (!TakeSeparator(out var separator)) return first;
        List<Expression> items = [first];
        var name = ",";
        do
        {
            if (separator != ",") name = separator;
            items.Add(Relation());
        }
        while (TakeSeparator(out separator));
        return new(Operation.List, [.. items], name);
    }

    bool TakeSeparator(out string separator)
    {
        separator = ",";
        var comma = Next is "," or ";";
        if (comma) _at++;
        if (SeparatorWord() is not { } word) return comma;
        _at += _tokens[_at].IsLetter ? word.Length : 1;
        separator = word;
        return true;
    }

    string? SeparatorWord() => Next switch
    {
        "\\vee" => "or",
        "\\wedge" => "and",
        "o" or "a" => UnitWords.WordAt(_tokens, _at) is var word && word is "or" or "and" ? word : null,
        _ => null,
    };

    Expression Relation()
    {
        Take("\\approx"); // about 3.14 is 3.14
        var units = _units;
        var first = Union();
        if (!TakeRelation(out var relation)) return first;
        List<Expression> sides = [first];
        List<string> relations = [];
        do
        {
            relations.Add(relation);
            sides.Add(Union());
        }
        while (TakeRelation(out relation));
        return new(Operation.Relation, [.. sides], string.Join(' ', relations), _units - units);
    }

    bool TakeRelation(out string relation)
    {
        relation = Next switch
        {
            "=" => "=",
            "<" => TextAt(_at + 1) == "=" ? "\\le" : "<",
            ">" => TextAt(_at + 1) == "=" ? "\\ge" : ">",
            "!" when TextAt(_at + 1) == "=" => "\\ne",
            "\\le" or "\\ge" or "\\ne" or "\\in" or "\\approx" => Next,
            _ => "",
        };
        if (relation.Length == 0) return false;
        _at++;
        if (relation != "=" && Next == "=" && TextAt(_at - 1) is "<" or ">" or "!") _at++;
        return true;
    }

    Expression Union()
    {
        var (union, changes) = (Sum(), 0);
        while (UnionOperation() is { } operation)
        {
            // A chain of one operation becomes one flat node: only nesting makes the tree deep.
            _at++;
            var next = Sum();
            if (union.Operation == operation && operation != Operation.Difference) union = new(operation, [.. union.Operands, next]);
            else if (++changes <= DeepestNesting) union = new(operation, [union, next]);
            else throw new UnreadableException("too many set operations");
        }
        return union;
    }

    Operation? UnionOperation() => Next switch
    {
        "\\cup" => Operation.Union,
        "U" when IsUnionLetter() => Operation.Union,
        "\\cap" => Operation.Intersection,
        "\\setminus" => Operation.Difference,
        _ => null,
    };

    /// <summary>A U between brackets: (1,2)U(3,4).</summary>
    bool IsUnionLetter() => Next == "U" && TextAt(_at - 1) is ")" or "]" && TextAt(_at + 1) is "(" or "[";
}
