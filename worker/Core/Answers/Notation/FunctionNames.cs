namespace RebaseBatch.Core.Answers.Notation;

/// <summary>
/// Tells the names of unknown functions from variables. In <c>p(2)=8</c> p is a function, in <c>x(x+1)</c> x is a factor, because it
/// also stands alone. One pass finds the brackets' ends; the work is at most the square of the length.
/// </summary>
sealed class FunctionNames
{
    readonly IReadOnlyList<MathToken> _tokens;
    readonly int[] _ends; // for an opening round bracket the place of its end; otherwise 0
    readonly HashSet<string> _alone = [];
    readonly HashSet<string> _called = [];

    public FunctionNames(IReadOnlyList<MathToken> tokens)
    {
        _tokens = tokens;
        _ends = new int[tokens.Count];
        Match();
        for (var at = 0; at < tokens.Count; at++) Visit(at);
    }

    /// <summary>A letter with its subscript, primes and the sign of an inverse before a bracket.</summary>
    /// <param name="Open">Place of the opening bracket.</param>
    /// <param name="End">Place of the closing bracket.</param>
    public readonly record struct Head(string Name, int Open, int End);

    /// <returns>Null where no function is called.</returns>
    public Head? CallAt(int at) =>
        HeadAt(at) is { } head && !_alone.Contains(head.Name) && (IsUsual(head.Name) || _called.Contains(head.Name)) ? head : null;

    /// <summary>Whether the arguments of a call are no terms: an event, as in <c>P(X=1)</c> or <c>P(A|B)</c>.</summary>
    public bool IsEvent(Head head)
    {
        for (var i = head.Open + 1; i < head.End; i++)
        {
            if (_tokens[i].Text is "=" or "<" or ">" or "|" or "\\le" or "\\ge" or "\\ne" or "\\in" or "\\cup" or "\\cap") return true;
        }
        return false;
    }

    void Match()
    {
        var open = new Stack<int>();
        for (var i = 0; i < _tokens.Count; i++)
        {
            if (_tokens[i].Is("(")) open.Push(i);
            else if (_tokens[i].Is(")") && open.TryPop(out var start)) _ends[start] = i;
        }
    }

    void Visit(int at)
    {
        if (!IsName(at) || TextAt(at - 1) == "_") return;
        if (HeadAt(at) is not { } head) _alone.Add(NameAt(at).Name);
        else if (IsUsual(head.Name) || !StandsInWord(at) && (IsEvent(head) || IsValue(head) || IsDefinition(at, head)))
            _called.Add(head.Name);
    }

    Head? HeadAt(int at)
    {
        if (!IsName(at)) return null;
        var (name, next) = NameAt(at);
        if (TextAt(next) == "^" && TextAt(next + 1) == "{" && TextAt(next + 2) == "-" && TextAt(next + 3) == "1" && TextAt(next + 4) == "}")
            (name, next) = (name + "^-1", next + 5);
        return TextAt(next) == "(" && _ends[next] > next + 1 ? new(name, next, _ends[next]) : null;
    }

    (string Name, int Next) NameAt(int at)
    {
        var name = TextAt(at++);
        if (TextAt(at) == "_")
        {
            var start = at++;
            if (TextAt(at) == "{") while (at < _tokens.Count && TextAt(at) != "}") at++;
            at = Math.Min(at + 1, _tokens.Count);
            name += MathTokens.Join(_tokens, start, at, false);
        }
        for (; TextAt(at) == "'"; at++) name += "'";
        return (name, at);
    }

    /// <summary>One number or one variable, or several terms between commas.</summary>
    bool IsValue(Head head)
    {
        var (start, depth, names, products) = (head.Open + 1, 0, 0, 0);
        if (TextAt(start) is "-" or "+") start++;
        for (var i = start; i < head.End; i++)
        {
            switch (TextAt(i))
            {
                case ",": return true;
                case "(" or "{" or "[": depth++; break;
                case ")" or "}" or "]": depth--; break;
                case "+" or "-" or "\\pm" when depth == 0: return false;
                case "\\sqrt": return false; // R(\sqrt{2}) is a length
                case "_" or "'": break;
                default:
                    if (IsName(i) && TextAt(i - 1) != "_") names++;
                    else if (TextAt(i - 1) != "_") products++;
                    break;
            }
        }
        return names == 0 || (names == 1 && products == 0);
    }

    /// <summary>Whether <c>h(x+1)</c> is a whole left side, and its right side speaks of x too.</summary>
    bool IsDefinition(int at, Head head)
    {
        if (head.Name is "x" or "y" or "z" || TextAt(head.End + 1) != "=" || TextAt(at - 1) is not ("" or "," or ";")) return false;
        var inside = Enumerable.Range(head.Open, head.End - head.Open).Where(IsName).Select(TextAt).ToHashSet();
        return Enumerable.Range(head.End, _tokens.Count - head.End).Any(i => IsName(i) && inside.Contains(TextAt(i)));
    }

    bool StandsInWord(int at) =>
        _tokens[at].IsLetter && !_tokens[at].Spaced && at > 0 && _tokens[at - 1].IsLetter;

    bool IsName(int at) =>
        at >= 0 && at < _tokens.Count
        && (_tokens[at].IsLetter ? TextAt(at) is not ("e" or "i") : CommandNames.IsGreek(TextAt(at)) && TextAt(at) != "\\pi");

    static bool IsUsual(string name) => name[0] is 'f' or 'g';

    string TextAt(int at) => at >= 0 && at < _tokens.Count ? _tokens[at].Text : "";
}
