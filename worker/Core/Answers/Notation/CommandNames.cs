using System.Collections.Frozen;

namespace RebaseBatch.Core.Answers.Notation;

/// <summary>TeX's commands by their kind, each with its backslash.</summary>
static class CommandNames
{
    static readonly FrozenSet<string> s_greek = FrozenSet.ToFrozenSet(
    [
        "\\pi", "\\alpha", "\\beta", "\\gamma", "\\delta", "\\epsilon", "\\varepsilon", "\\zeta", "\\eta", "\\theta",
        "\\vartheta", "\\iota", "\\kappa", "\\lambda", "\\mu", "\\nu", "\\xi", "\\rho", "\\sigma", "\\tau", "\\upsilon", "\\phi",
        "\\varphi", "\\chi", "\\psi", "\\omega", "\\Gamma", "\\Delta", "\\Theta", "\\Lambda", "\\Sigma", "\\Phi", "\\Psi",
        "\\Omega", "\\ell",
    ]);

    static readonly FrozenDictionary<string, string> s_functions = new Dictionary<string, string>
    {
        ["\\sin"] = "arcsin", ["\\cos"] = "arccos", ["\\tan"] = "arctan", ["\\cot"] = "", ["\\sec"] = "", ["\\csc"] = "",
        ["\\arcsin"] = "sin", ["\\arccos"] = "cos", ["\\arctan"] = "tan", ["\\sinh"] = "", ["\\cosh"] = "", ["\\tanh"] = "",
        ["\\log"] = "", ["\\lg"] = "", ["\\ln"] = "exp", ["\\exp"] = "ln",
    }.ToFrozenDictionary();

    static readonly FrozenSet<string> s_starts = FrozenSet.ToFrozenSet(
        ["\\frac", "\\sqrt", "\\infty", "\\binom", "\\begin", "\\angle", "\\lfloor", "\\lceil"]);

    public static bool IsGreek(string command) => s_greek.Contains(command);

    public static bool IsFunction(string command) => s_functions.ContainsKey(command);

    /// <summary>Whether an implicit product may continue with it.</summary>
    public static bool StartFactors(string command) => IsGreek(command) || IsFunction(command) || s_starts.Contains(command);

    /// <param name="function">Without backslash.</param>
    /// <exception cref="Values.UnreadableException">It has no inverse that has a name here.</exception>
    public static string Inverse(string function) => s_functions["\\" + function] is { Length: > 0 } inverse
        ? inverse
        : throw new Values.UnreadableException($"the inverse of {function}");
}
