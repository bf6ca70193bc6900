using System.Collections.Frozen;

namespace RebaseBatch.Core.Answers.Notation;

/// <summary>One name for each symbol that TeX and Unicode can write in several ways.</summary>
static class SymbolNames
{
    static readonly FrozenDictionary<char, string> s_characters = new Dictionary<char, string>
    {
        ['\u2212'] = "-", ['\u2013'] = "-", // minus sign, en dash
        ['×'] = "\\times", ['·'] = "\\times", ['⋅'] = "\\times", ['∗'] = "*", ['÷'] = "/", ['∕'] = "/",
        ['π'] = "\\pi", ['∞'] = "\\infty", ['√'] = "\\sqrt", ['±'] = "\\pm", ['∓'] = "\\mp",
        ['≤'] = "\\le", ['≥'] = "\\ge", ['≠'] = "\\ne", ['≈'] = "\\approx",
        ['∪'] = "\\cup", ['∩'] = "\\cap", ['∈'] = "\\in", ['∅'] = "\\emptyset", ['′'] = "'",
        ['α'] = "\\alpha", ['β'] = "\\beta", ['γ'] = "\\gamma", ['δ'] = "\\delta", ['ε'] = "\\epsilon", ['ϵ'] = "\\epsilon",
        ['ζ'] = "\\zeta", ['η'] = "\\eta", ['θ'] = "\\theta", ['ϑ'] = "\\theta", ['ι'] = "\\iota", ['κ'] = "\\kappa",
        ['λ'] = "\\lambda", ['\u03BC'] = "\\mu", ['\u00B5'] = "\\mu", ['ν'] = "\\nu", ['ξ'] = "\\xi", ['ρ'] = "\\rho",
        ['σ'] = "\\sigma", ['ς'] = "\\sigma", ['τ'] = "\\tau", ['υ'] = "\\upsilon", ['φ'] = "\\phi", ['ϕ'] = "\\phi",
        ['χ'] = "\\chi", ['ψ'] = "\\psi", ['ω'] = "\\omega", ['Γ'] = "\\Gamma", ['Δ'] = "\\Delta", ['Θ'] = "\\Theta",
        ['Λ'] = "\\Lambda", ['Σ'] = "\\Sigma", ['Φ'] = "\\Phi", ['Ψ'] = "\\Psi", ['Ω'] = "\\Omega", ['ℓ'] = "\\ell",
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
        ["varphi"] = "\\phi", ["varepsilon"] = "\\epsilon", ["vartheta"] = "\\theta",
        ["bar"] = "\\overline", ["lor"] = "\\vee", ["land"] = "\\wedge",
    }.ToFrozenDictionary();

    public static string OfCharacter(char c) => s_characters.GetValueOrDefault(c) ?? c.ToString();

    /// <param name="name">Without its backslash.</param>
    public static string OfCommand(string name) => s_commands.GetValueOrDefault(name) ?? "\\" + name;
}
