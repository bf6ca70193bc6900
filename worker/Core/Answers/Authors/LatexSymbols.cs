using System.Collections.Frozen;
using System.Text;

namespace RebaseBatch.Core.Answers.Authors;

/// <summary>
/// The names that <see cref="LatexText"/> knows, with their characters. pylatexenc does not know \ne, \lor, \cot, \gcd and some others, so
/// they are not here.
/// </summary>
static class LatexSymbols
{
    public static readonly (string From, string To)[] Ligatures = [("---", "—"), ("--", "–"), ("``", "“"), ("''", "”")];

    static readonly FrozenDictionary<string, string> s_symbols = new Dictionary<string, string>
    {
        ["alpha"] = "α", ["beta"] = "β", ["gamma"] = "γ", ["delta"] = "δ", ["epsilon"] = "ϵ", ["varepsilon"] = "ε", ["zeta"] = "ζ",
        ["eta"] = "η", ["theta"] = "θ", ["vartheta"] = "ϑ", ["iota"] = "ι", ["kappa"] = "κ", ["lambda"] = "λ", ["mu"] = "μ", ["nu"] = "ν",
        ["xi"] = "ξ", ["pi"] = "π", ["varpi"] = "ϖ", ["rho"] = "ρ", ["varrho"] = "ϱ", ["sigma"] = "σ", ["varsigma"] = "ς", ["tau"] = "τ",
        ["upsilon"] = "υ", ["phi"] = "ϕ", ["varphi"] = "φ", ["chi"] = "χ", ["psi"] = "ψ", ["omega"] = "ω", ["Gamma"] = "Γ", ["Delta"] = "Δ",
        ["Theta"] = "Θ", ["Lambda"] = "Λ", ["Xi"] = "Ξ", ["Pi"] = "Π", ["Sigma"] = "Σ", ["Upsilon"] = "Υ", ["Phi"] = "Φ", ["Psi"] = "Ψ",
        ["Omega"] = "Ω", ["pm"] = "±", ["mp"] = "∓", ["times"] = "×", ["div"] = "÷", ["cdot"] = "·", ["ast"] = "∗", ["star"] = "⋆",
        ["circ"] = "∘", ["bullet"] = "∙", ["cap"] = "∩", ["cup"] = "∪", ["setminus"] = "∖", ["vee"] = "∨", ["wedge"] = "∧", ["lnot"] = "¬",
        ["le"] = "≤", ["leq"] = "≤", ["ge"] = "≥", ["geq"] = "≥", ["neq"] = "≠", ["equiv"] = "≡", ["sim"] = "∼", ["simeq"] = "≃",
        ["approx"] = "≈", ["cong"] = "≅", ["propto"] = "∝", ["in"] = "∈", ["notin"] = "∉", ["ni"] = "∋", ["subset"] = "⊂",
        ["subseteq"] = "⊆", ["supset"] = "⊃", ["supseteq"] = "⊇", ["subsetneq"] = "⊊", ["emptyset"] = "∅", ["varnothing"] = "∅",
        ["infty"] = "∞", ["partial"] = "∂", ["nabla"] = "∇", ["forall"] = "∀", ["exists"] = "∃", ["nexists"] = "∄", ["angle"] = "∠",
        ["perp"] = "⊥", ["parallel"] = "∥", ["mid"] = "|", ["nmid"] = "∤", ["to"] = "→", ["rightarrow"] = "→", ["leftarrow"] = "←",
        ["leftrightarrow"] = "↔", ["Rightarrow"] = "⇒", ["Leftarrow"] = "⇐", ["Leftrightarrow"] = "⇔", ["mapsto"] = "↦", ["uparrow"] = "↑",
        ["downarrow"] = "↓", ["longrightarrow"] = "⟶", ["hookrightarrow"] = "↪", ["ldots"] = "…", ["dots"] = "…", ["cdots"] = "⋯",
        ["vdots"] = "⋮", ["ddots"] = "⋱", ["langle"] = "⟨", ["rangle"] = "⟩", ["lfloor"] = "⌊", ["rfloor"] = "⌋", ["lceil"] = "⌈",
        ["rceil"] = "⌉", ["sum"] = "∑", ["prod"] = "∏", ["int"] = "∫", ["iint"] = "∬", ["oint"] = "∮", ["coprod"] = "∐", ["prime"] = "'",
        ["ell"] = "ℓ", ["hbar"] = "ħ", ["aleph"] = "ℵ", ["dagger"] = "†", ["square"] = "□", ["diamond"] = "♢", ["backslash"] = "\\",
        ["lvert"] = "|", ["rvert"] = "|", ["vert"] = "|", ["Vert"] = "‖", ["sin"] = "sin", ["cos"] = "cos", ["tan"] = "tan",
        ["sinh"] = "sinh", ["cosh"] = "cosh", ["tanh"] = "tanh", ["arcsin"] = "arcsin", ["arccos"] = "arccos", ["arctan"] = "arctan",
        ["exp"] = "exp", ["log"] = "log", ["ln"] = "ln", ["lim"] = "lim", ["sup"] = "sup", ["inf"] = "inf", ["max"] = "max",
        ["min"] = "min", ["limsup"] = "lim sup", ["liminf"] = "lim inf", ["oplus"] = "⊕", ["ominus"] = "⊖", ["otimes"] = "⊗",
        ["oslash"] = "⊘", ["odot"] = "⊙", ["bigcap"] = "⋂", ["bigcup"] = "⋃", ["bigoplus"] = "⊕", ["bigotimes"] = "⊗", ["because"] = "∵",
        ["therefore"] = "∴", ["surd"] = "√", ["blacksquare"] = "▪", ["lozenge"] = "◊", ["triangleleft"] = "◃", ["triangleright"] = "▹",
        ["ltimes"] = "⋉", ["rtimes"] = "⋊", ["amalg"] = "⨿", ["bowtie"] = "⋈", ["vdash"] = "⊢", ["top"] = "⊤", ["wp"] = "℘",
        ["textdegree"] = "°", ["textasciicircum"] = "ˆ", ["textbackslash"] = "\\", ["ss"] = "ß", ["ae"] = "æ", ["oe"] = "œ", ["o"] = "ø",
        ["aa"] = "å", ["l"] = "ł", ["i"] = "ı", ["j"] = "ȷ", ["AE"] = "Æ", ["OE"] = "Œ", ["O"] = "Ø", ["AA"] = "Å", ["L"] = "Ł",
        ["dag"] = "†", ["leqslant"] = "⩽", ["geqslant"] = "⩾", ["lesssim"] = "≲", ["gtrsim"] = "≳", ["ll"] = "≪", ["gg"] = "≫",
        ["prec"] = "≺", ["succ"] = "≻", ["preceq"] = "≼", ["succeq"] = "≽", ["doteq"] = "≐", ["asymp"] = "≍", ["sqcap"] = "⊓",
        ["sqcup"] = "⊔", ["uplus"] = "⊎", ["wr"] = "≀", ["smallsetminus"] = "∖", ["complement"] = "∁", ["eth"] = "ƪ", ["mho"] = "℧",
        ["nleq"] = "≰", ["ngeq"] = "≱", ["sphericalangle"] = "∢", ["measuredangle"] = "∡", ["bigcirc"] = "◯", ["blacktriangle"] = "▴",
        ["triangledown"] = "▿", ["flat"] = "♭", ["natural"] = "♮", ["sharp"] = "♯", ["rightleftharpoons"] = "⇌", ["lbrace"] = "{",
        ["rbrace"] = "}", ["lVert"] = "‖", ["rVert"] = "‖", ["quad"] = "  ", ["qquad"] = "    ", [","] = " ", [";"] = " ", [":"] = " ",
        [" "] = " ", ["-"] = "\u00AD", ["#"] = "#", ["&"] = "&", ["_"] = "_", ["{"] = "{", ["}"] = "}", ["$"] = "$", ["%"] = "%",
    }.ToFrozenDictionary();

    /// <summary>
    /// Where the capital and small letters of Unicode's mathematical alphabets start; letters that Unicode had elsewhere before are listed.
    /// </summary>
    static readonly FrozenDictionary<string, Alphabet> s_alphabets = new Dictionary<string, Alphabet>
    {
        ["mathbf"] = new(0x1D400, ""),
        ["mathit"] = new(0x1D434, "hℎ"),
        ["mathcal"] = new(0x1D49C, "BℬEℰFℱHℋIℐLℒMℳRℛeℯgℊoℴ"),
        ["mathscr"] = new(0x1D49C, "BℬEℰFℱHℋIℐLℒMℳRℛeℯgℊoℴ"),
        ["mathfrak"] = new(0x1D504, "CℭHℌIℑRℜZℨ"),
        ["mathbb"] = new(0x1D538, "CℂHℍNℕPℙQℚRℝZℤ"),
        ["mathsf"] = new(0x1D5A0, ""),
        ["mathtt"] = new(0x1D670, ""),
    }.ToFrozenDictionary();

    static readonly FrozenDictionary<string, Accented> s_accents = new Dictionary<string, Accented>
    {
        ["bar"] = new('\u0305'), ["hat"] = new('\u0302'), ["vec"] = new('\u20D7'), ["dot"] = new('\u0307'), ["ddot"] = new('\u0308'),
        ["tilde"] = new('\u0303'), ["'"] = new('\u0301'), ["`"] = new('\u0300'), ["^"] = new('\u0302'), ["\""] = new('\u0308'),
        ["~"] = new('\u0303'),
    }.ToFrozenDictionary();

    /// <returns>Empty for a name that is not known.</returns>
    public static string Of(string name) => s_symbols.GetValueOrDefault(name, "");

    /// <summary>The alphabet of a macro that sets its argument in one; null for other macros.</summary>
    public static Alphabet? Letters(string name) => s_alphabets.GetValueOrDefault(name);

    /// <summary>The accent of a macro that sets one on each character of its argument; null for other macros.</summary>
    public static Accented? Accent(string name) => s_accents.GetValueOrDefault(name);

    /// <param name="mark">The combining character; it stands alone if the argument is empty.</param>
    public sealed class Accented(char mark)
    {
        public string Write(string text)
        {
            if (text.Length == 0) return mark.ToString();
            var written = new StringBuilder();
            foreach (var rune in text.EnumerateRunes()) written.Append(rune.ToString()).Append(mark);
            return written.ToString().Normalize(NormalizationForm.FormC);
        }
    }

    /// <param name="first">Code point of its A; its a has this number plus 26.</param>
    /// <param name="exceptions">Letters that stand elsewhere, each followed by its character.</param>
    public sealed class Alphabet(int first, string exceptions)
    {
        public string Write(string text)
        {
            var written = new StringBuilder(text.Length);
            foreach (var c in text)
            {
                var at = exceptions.IndexOf(c);
                if (!char.IsAsciiLetter(c)) written.Append(c);
                else if (at >= 0) written.Append(exceptions[at + 1]);
                else written.Append(char.ConvertFromUtf32(first + (char.IsAsciiLetterUpper(c) ? c - 'A' : c - 'a' + 26)));
            }
            return written.ToString();
        }
    }
}
