using System.Text;

namespace RebaseBatch.Core.Answers.Authors;

/// <summary>
/// TeX as plain text. It does what pylatexenc 2.10 with its defaults does for the authors' grader, as far as answers need it: a fraction
/// becomes a/b without parentheses, a root √(a), a matrix [ a b; c d ], a known symbol its character; an \mbox becomes nothing, and an
/// unknown macro leaves only its arguments. It accepts the errors that pylatexenc accepts, except a root without an argument.
/// <para>Not reproduced: rare accents, cross-references, displayed equations' line breaks, and the symbols that <see cref="LatexSymbols"/>
/// lacks.</para>
/// </summary>
sealed class LatexText
{
    // Python's own stack ends a little later, with the same result. Answers have fewer than ten levels.
    const int DeepestNesting = 100;

    // These stand for a matrix's separators until the matrix is complete: no answer has characters of the private use area.
    const char Column = '\uE000', Row = '\uE001';

    readonly string _source;
    readonly int _lastBrace;
    int _at, _depth;

    LatexText(string source) => (_source, _lastBrace) = (source, source.LastIndexOf('}'));

    /// <returns>Null where pylatexenc throws; the grader then continues with the unchanged text.</returns>
    public static string? Of(string source)
    {
        try
        {
            var reader = new LatexText(source);
            var text = new StringBuilder();
            // An unmatched closing brace is skipped.
            while (reader._at < source.Length) reader.Nodes(text, inMatrix: false);
            return text.ToString();
        }
        catch (FormatException)
        {
            return null;
        }
    }

    bool IsAtEnd => _at >= _source.Length;

    /// <summary>Reads up to and including the brace or \end that closes the enclosing group.</summary>
    void Nodes(StringBuilder text, bool inMatrix)
    {
        if (++_depth > DeepestNesting) throw new FormatException("nested too deep");
        while (!IsAtEnd)
        {
            var c = _source[_at++];
            if (c == '}') break;
            if (c == '{') Nodes(text, inMatrix: false);
            else if (c == '&') text.Append(inMatrix ? Column : ' ');
            else if (c == '~') text.Append('\u00A0');
            else if (c != '\\') text.Append(Ligature(c));
            else if (IsAtEnd) break;
            else if (Name() is var name && name == "\\") text.Append(inMatrix ? Row : '\n');
            else if (name == "end" && Braced() is not null) break;
            else Macro(text, name);
        }
        _depth--;
    }

    string Name()
    {
        var start = _at++;
        if (!char.IsAsciiLetter(_source[start])) return _source[start..(start + 1)];
        while (!IsAtEnd && char.IsAsciiLetter(_source[_at])) _at++;
        return _source[start.._at];
    }

    void Macro(StringBuilder text, string name)
    {
        var start = _at;
        switch (name)
        {
            case "begin" when Braced() is { } environment:
                Environment(text, environment);
                break;
            case "begin" or "end":
                text.Append('\\').Append(name);
                break;
            case "frac" or "nicefrac":
                if (Argument() is { } above && Argument() is { } below)
                {
                    text.Append(above).Append('/').Append(below);
                    break;
                }
                // The macro has no arguments here; the text that follows stays text.
                text.Append("%s/%s");
                _at = start;
                SkipSpace();
                break;
            case "sqrt":
                SkipOptional();
                text.Append("√(").Append(Argument() ?? throw new FormatException("a root of nothing")).Append(')');
                break;
            case "hspace" or "vspace" or "mbox":
                Argument();
                break;
            default:
                if (LatexSymbols.Letters(name) is { } letters) text.Append(letters.Write(Argument() ?? ""));
                else if (LatexSymbols.Accent(name) is { } accent) text.Append(accent.Write(Argument() ?? ""));
                else Symbol(text, name);
                break;
        }
    }

    void Symbol(StringBuilder text, string name)
    {
        text.Append(LatexSymbols.Of(name));
        if (char.IsAsciiLetter(name[0])) SkipSpace();
    }

    /// <summary>A group, a macro alone, or one character; null at the end of the text.</summary>
    string? Argument()
    {
        SkipSpace();
        if (IsAtEnd) return null;
        var text = new StringBuilder();
        var c = _source[_at++];
        if (c == '{') Nodes(text, inMatrix: false);
        else if (c == '\\' && !IsAtEnd)
        {
            text.Append(Name() switch
            {
                "sqrt" => throw new FormatException("a root of nothing"),
                "\\" => "\n",
                "frac" or "nicefrac" => "%s/%s",
                var name => LatexSymbols.Of(name),
            });
        }
        else if (c != '}') text.Append(Ligature(c));
        return text.ToString();
    }

    void Environment(StringBuilder text, string name)
    {
        if (name == "array")
        {
            SkipOptional();
            Braced();
        }
        if (name is not ("array" or "pmatrix" or "bmatrix" or "smallmatrix" or "psmallmatrix" or "bsmallmatrix"))
        {
            Nodes(text, inMatrix: false);
            return;
        }
        var cells = new StringBuilder();
        Nodes(cells, inMatrix: true);
        var rows = cells.ToString().Split(Row).Select(row => string.Join(' ', row.Split(Column).Select(cell => cell.Trim())));
        text.Append("[ ").AppendJoin("; ", rows).Append(" ]");
    }

    /// <summary>The plain text of a group that must stand here; null without one, and then nothing is read.</summary>
    string? Braced()
    {
        var at = _at;
        while (at < _source.Length && char.IsWhiteSpace(_source[at])) at++;
        // Without this check a text of many \begin{ and no closing brace would be scanned once for each of them.
        if (at >= _lastBrace || _source[at] != '{') return null;
        var end = _source.IndexOf('}', at);
        _at = end + 1;
        return _source[(at + 1)..end];
    }

    void SkipOptional()
    {
        SkipSpace();
        if (IsAtEnd || _source[_at] != '[') return;
        var end = _source.IndexOf(']', _at);
        if (end < 0) throw new FormatException("an optional argument without an end");
        _at = end + 1;
    }

    void SkipSpace()
    {
        while (!IsAtEnd && char.IsWhiteSpace(_source[_at])) _at++;
    }

    string Ligature(char c)
    {
        foreach (var (from, to) in LatexSymbols.Ligatures)
        {
            if (from[0] != c || string.CompareOrdinal(_source, _at - 1, from, 0, from.Length) != 0) continue;
            _at += from.Length - 1;
            return to;
        }
        return c.ToString();
    }
}
