using System.Text;

namespace RebaseBatch.Core.Answers.Notation;

/// <summary>
/// An answer cut into tokens, without the markup that carries no meaning: math delimiters and currency signs, <c>\left</c> and
/// <c>\right</c>, <c>\text{}</c> and similar commands, TeX spacing, a final full stop. Symbols of Unicode become TeX's commands, and two
/// commands with the same meaning become one. One pass, linear in the length.
/// </summary>
sealed class MathTokens
{
    public const string Degree = "°";

    enum Group { Kept, Unwrapped, Text }

    readonly List<MathToken> _tokens = [];
    readonly Stack<(Group Kind, int Start)> _groups = [];
    readonly string _source;
    int _at;
    bool _spaced;
    int _textDepth;
    Group _nextGroup = Group.Kept;
    bool _afterLeftRight;

    MathTokens(string source) => _source = source;

    public static IReadOnlyList<MathToken> Of(string answer)
    {
        var scan = new MathTokens(Undoubled(answer));
        scan.Run();
        return scan._tokens;
    }

    /// <summary>
    /// Answers out of JSON sometimes have each backslash twice: <c>\\frac{1}{2}</c>. Where no backslash stands alone, a doubled one
    /// before a letter can't be a matrix's row end, because no single <c>\begin</c> opens the matrix.
    /// </summary>
    static string Undoubled(string answer)
    {
        var command = false;
        for (var i = answer.IndexOf('\\'); i >= 0 && i < answer.Length; i++)
        {
            if (answer[i] != '\\') continue;
            if (++i >= answer.Length || answer[i] != '\\') return answer;
            command |= i + 1 < answer.Length && char.IsAsciiLetter(answer[i + 1]);
        }
        return command ? answer.Replace(@"\\", @"\") : answer;
    }

    /// <summary>
    /// The tokens as text again, with only the spaces that separate words or list items: between two words, between a command and a letter,
    /// and after a comma that had a space (after every comma, if <paramref name="everyComma"/>). "3, 100" is a list; "3,100" may
    /// be a number.
    /// </summary>
    public static string Join(IReadOnlyList<MathToken> tokens, int start, int end, bool everyComma)
    {
        var text = new StringBuilder();
        for (var i = start; i < end; i++)
        {
            var token = tokens[i];
            if (i > start)
            {
                var before = tokens[i - 1];
                var listItem = before.Is(",") && (everyComma || before.Spaced || token.Spaced);
                var words = token.Spaced && token.IsWord && before.IsWord;
                if (listItem || words || (before.IsCommand && token.IsLetter)) text.Append(' ');
            }
            text.Append(token.Text);
        }
        return text.ToString();
    }

    void Run()
    {
        while (_at < _source.Length)
        {
            var c = _source[_at++];
            if (char.IsWhiteSpace(c) || c is '~' or '$' or '€' or '£') _spaced = true;
            else if (c == '\\' && _at < _source.Length) Control();
            else Character(c);
        }
        if (_tokens is [.., var beforeLast, { Text: "." }] && !beforeLast.Is(".") || _tokens is [{ Text: "." }])
            _tokens.RemoveAt(_tokens.Count - 1);
    }

    void Character(char c)
    {
        switch (c)
        {
            case '{': Open(); break;
            case '}': Close(); break;
            case '.' when _afterLeftRight: _afterLeftRight = false; break; // \left. and \right. show nothing
            case '²': Push("^"); Push("2"); break;
            case '³': Push("^"); Push("3"); break;
            default: Push(SymbolNames.OfCharacter(c)); break;
        }
    }

    void Control()
    {
        var start = _at;
        while (_at < _source.Length && char.IsAsciiLetter(_source[_at])) _at++;
        if (_at > start)
        {
            Word(_source[start.._at]);
            return;
        }
        var symbol = _source[_at++];
        if (char.IsWhiteSpace(symbol) || symbol is ',' or ';' or ':' or '>' or '$' or '(' or ')' or '[' or ']')
            _spaced = true;
        else if (symbol == '!') // a negative space: 10,\!080
            while (_at < _source.Length && char.IsWhiteSpace(_source[_at])) _at++;
        else
            Push(symbol == '%' ? "%" : "\\" + symbol);
    }

    void Word(string name)
    {
        switch (name)
        {
            case "left" or "right":
                (_afterLeftRight, _spaced) = (true, true);
                break;
            case "text" or "textrm" or "textnormal" or "mbox" or "hbox" or "mathrm":
                (_nextGroup, _spaced) = (Group.Text, true);
                break;
            case "textbf" or "textit" or "mathbf" or "mathit" or "boldsymbol" or "operatorname" or "boxed" or "fbox":
                (_nextGroup, _spaced) = (Group.Unwrapped, true);
                break;
            case "quad" or "qquad" or "displaystyle" or "textstyle" or "limits" or "bigl" or "bigr" or "Bigl" or "Bigr" or "big" or "Big":
                _spaced = true;
                break;
            case "circ" or "degree" when _tokens is [.., { Text: "^" }]:
                _tokens.RemoveAt(_tokens.Count - 1);
                Push(Degree);
                break;
            case "degree" when _tokens is not [.., { Text: "{" }]:
                Push(Degree);
                break;
            case "degree":
                Push("\\circ");
                break;
            default:
                Push(SymbolNames.OfCommand(name));
                break;
        }
    }

    void Open()
    {
        if (_nextGroup == Group.Kept)
        {
            _groups.Push((Group.Kept, _tokens.Count));
            Push("{");
            return;
        }
        _groups.Push((_nextGroup, 0));
        if (_nextGroup == Group.Text) _textDepth++;
        (_nextGroup, _spaced) = (Group.Kept, true);
    }

    void Close()
    {
        var (kind, start) = _groups.Count > 0 ? _groups.Pop() : (Group.Kept, _tokens.Count);
        if (kind != Group.Kept)
        {
            if (kind == Group.Text) _textDepth--;
            (_nextGroup, _spaced) = (Group.Kept, true);
        }
        else if (_tokens.Count - start == 2 && _tokens[^1].Is(",")) // {,} is a comma without TeX's space: 1{,}000
        {
            _tokens.RemoveRange(start, 2);
            _tokens.Add(new(",", Spaced: false, _textDepth > 0));
            while (_at < _source.Length && char.IsWhiteSpace(_source[_at])) _at++;
            _spaced = false;
        }
        else if (_tokens.Count - start == 2 && _tokens[^1].Is("\\circ") && start > 0 && _tokens[start - 1].Is("^"))
        {
            _tokens.RemoveRange(start - 1, 3);
            Push(Degree);
        }
        else
            Push("}");
    }

    void Push(string text)
    {
        _tokens.Add(new(text, _spaced, _textDepth > 0));
        (_spaced, _nextGroup, _afterLeftRight) = (false, Group.Kept, false);
    }
}
