using System.Collections.Frozen;

namespace RebaseBatch.Core.Answers.Notation;

/// <summary>One name for each symbol that TeX and Unicode can write in several ways.</summary>
static class SymbolNames
{
    static readonly FrozenDictionary<char, string> s_characters = new Dictionary<char, string>
    {
        ['\u2212'] = "-", ['\u2013'] = "-", // minus sign, en dash
        ['×'] = "\\times", ['·'] = "\\times", ['⋅'] = "\\times", ['∗'] = "*", ['÷'] = "/", ['∕'] = "/",
        ['π'] = "\\pi", ['∞'] = "\\infty", ['√'] = "\\sqrt", ['±'] = "\\pm", ['∓'] = "\\mp", ['θ'] = "\\theta",
        ['≤'] = "\\le", ['≥'] = "\\ge", ['≠'] = "\\ne", ['≈'] = "\\approx",
        ['∪'] = "\\cup", ['∩'] = "\\cap", ['∈'] = "\\in", ['∅'] = "\\emptyset", ['′'] = "'",
        ['∣'] = "|", ['⟨'] = "\\langle", ['⟩'] = "\\rangle",
    }.ToFrozenDictionary();

    static readonly FrozenDictionary<string, string> s_commands = new Dictionary<string, string>
    {
        ["dfrac"] = "\\frac", ["tfrac"] = "\\frac", ["cfrac"] = "\\frac",
        ["dbinom"] = "\\binom", ["tbinom"] = "\\binom",
        ["cdot"] = "\\times", ["ast"] = "*", ["div"] = "/",
        ["leq"] = "\\le", ["leqslant"] = "\\le", ["geq"] = "\\ge", ["geqslant"] = "\\ge", ["neq"] = "\\ne", ["lt"] = "<", ["gt"] = ">",
        ["simeq"] = "\\approx", ["thickapprox"] = "\\approx",
        ["lbrace"] = "\\{", ["rbrace"] = "\\}", ["lbrack"] = "[", ["rbrack"] = "]", ["lparen"] = "(", ["rparen"] = ")",
        ["vert"] = "|", ["lvert"] = "|", ["rvert"] = "|", ["mid"] = "|",
        ["varnothing"] = "\\emptyset", ["backslash"] = "\\setminus", ["prime"] = "'",
        ["bar"] = "\\overline", ["lor"] = "\\vee", ["land"] = "\\wedge",
    }.ToFrozenDictionary();

    public static string OfCharacter(char c) => s_characters.GetValueOrDefault(c) ?? c.ToString();

    /// <param name="name">Without its backslash.</param>
    public static string OfCommand(string name) => s_commands.GetValueOrDefault(name) ?? "\\" + name;
}
