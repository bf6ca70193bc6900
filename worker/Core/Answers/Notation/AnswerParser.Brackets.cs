using RebaseBatch.Core.Answers.Values;

namespace RebaseBatch.Core.Answers.Notation;

/// <summary>Groups, tuples, intervals, sets, matrices.</summary>
sealed partial class AnswerParser
{
    const int MostColumns = 20;

    /// <summary>Reads a group in which bars and commas have other meanings.</summary>
    Expression Within(bool bar, bool commas, Func<Expression> read)
    {
        var before = (_barEnds, _commasSeparate);
        (_barEnds, _commasSeparate) = (bar, commas);
        var expression = read();
        (_barEnds, _commasSeparate) = before;
        return expression;
    }

    Expression Group(string close)
    {
        _at++;
        var group = Within(bar: false, commas: false, Stacked);
        Expect(close);
        return group;
    }

    /// <summary>One item in brackets is the item itself; two are a pair or an interval.</summary>
    Expression Bracketed()
    {
        var open = _tokens[_at++].Text;
        var items = Items();
        var close = Next;
        if (close is not (")" or "]")) throw new UnreadableException("a bracket stays open");
        _at++;
        if (items.Length > 1) return new(Operation.Bracketed, items, open + close);
        return (open, close) is ("(", ")") or ("[", "]") ? items[0] : throw new UnreadableException("brackets that don't match");
    }

    Expression Tuple(string close)
    {
        var items = Items();
        Expect(close);
        return items.Length > 1 ? new(Operation.Bracketed, items, "()") : throw new UnreadableException("one item is no tuple");
    }

    /// <summary>The items, up to the closing bracket.</summary>
    Expression[] Items()
    {
        return ItemsOf(Within(bar: false, commas: !HasSpacedComma(), List));
    }

    static Expression[] ItemsOf(Expression list) => list is { Operation: Operation.List, Name: "," } ? [.. list.Operands] : [list];

    /// <summary>
    /// Whether a comma of this bracket has space around it. Then commas without space are thousands separators; otherwise (3,100) is a
    /// pair.
    /// </summary>
    bool HasSpacedComma()
    {
        var depth = 0;
        for (var i = _at; i < _tokens.Count; i++)
        {
            switch (_tokens[i].Text)
            {
                case "(" or "[" or "{" or "\\{" or "\\langle": depth++; break;
                case ")" or "]" or "}" or "\\}" or "\\rangle" when --depth < 0: return false;
                case "," when depth == 0 && (_tokens[i].Spaced || IsSpacedAt(i + 1)): return true;
            }
        }
        return false;
    }

    /// <summary><c>\{1, 2\}</c>; for <c>\{x \mid x > 3\}</c> the condition.</summary>
    Expression Set()
    {
        _at++;
        if (Take("\\}")) return new(Operation.Set, []);
        var set = Within(bar: true, commas: !HasSpacedComma(), SetContent);
        Expect("\\}");
        return set;
    }

    Expression SetContent()
    {
        var content = List();
        if (Next is not ("|" or ":")) return new(Operation.Set, ItemsOf(content));
        var variable = content is { Operation: Operation.Relation, Name: "\\in", Operands: [var x, { Operation: Operation.Reals }] }
            ? x : content;
        if (!variable.IsSymbol) throw new UnreadableException("a set of more than a variable's values");
        _at++;
        return List();
    }

    Expression Matrix()
    {
        if (EnvironmentName() == "array") EnvironmentName(); // its columns
        List<Expression> entries = [];
        var columns = 0;
        while (Next != "\\end")
        {
            var row = entries.Count;
            do entries.Add(Within(bar: false, commas: false, Relation));
            while (Take("&"));
            if (row == 0) columns = entries.Count;
            if (columns > MostColumns || entries.Count - row != columns) throw new UnreadableException("rows of different lengths");
            if (!Take("\\\\") && Next != "\\end") throw new UnreadableException("a matrix without end");
        }
        _at++;
        EnvironmentName();
        if (entries.Count == 0) throw new UnreadableException("an empty matrix");
        return new(Operation.Matrix, [.. entries], number: columns);
    }

    string EnvironmentName()
    {
        Expect("{");
        var start = _at;
        while (_at < _tokens.Count && Next != "}") _at++;
        var name = MathTokens.Join(_tokens, start, _at, false);
        Expect("}");
        var matrix = name is "matrix" or "pmatrix" or "bmatrix" or "Bmatrix" or "smallmatrix" or "array";
        return matrix || TextAt(start - 2) is not ("\\begin" or "\\end")
            ? name : throw new UnreadableException($"the environment {name} is unknown");
    }
}
