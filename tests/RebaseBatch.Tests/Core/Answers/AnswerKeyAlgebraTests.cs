using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Core.Answers;
using Xunit;

namespace RebaseBatch.Tests.Core.Answers;

/// <summary>Identities with drawn numbers, and the near miss of each.</summary>
[Fast]
public sealed class AnswerKeyAlgebraTests
{
    static readonly Gen<int> s_digit = Gen.Choose(-9, 9);

    static readonly Gen<int> s_positive = Gen.Choose(1, 60);

    static bool Equal(string a, string b) => AnswerKey.Of(a) == AnswerKey.Of(b);

    static string Signed(int value) => value < 0 ? $"{value}" : $"+{value}";

    static void Check<T>(Gen<T> drawn, Func<T, bool> holds) =>
        Prop.ForAll(drawn.ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void A_polynomial_is_its_linear_factors_multiplied_out() =>
        Check(from a in s_digit from b in s_digit from c in s_digit from off in Gen.Choose(1, 9) select (a, b, c, off), n =>
        {
            var (a, b, c, off) = n;
            var factored = $"(x{Signed(a)})(x{Signed(b)})\\left(x{Signed(c)}\\right)";
            string Expanded(int constant) => $"x^3 {Signed(a + b + c)}x^{{2}} {Signed((a * b) + (b * c) + (c * a))} x {Signed(constant)}";
            return Equal(factored, Expanded(a * b * c)) && !Equal(factored, Expanded((a * b * c) + off))
                && Equal($"{factored}=0", $"0=-2({Expanded(a * b * c)})");
        });

    [Fact]
    public void Fractions_add_over_a_common_denominator() =>
        Check(from a in s_digit from b in s_positive from c in s_digit from d in s_positive select (a, b, c, d), n =>
        {
            var (a, b, c, d) = n;
            return Equal($"\\frac{{{a}}}{{{b}}}+\\frac{{{c}}}{{{d}}}", $"{(a * d) + (b * c)}/{b * d}")
                && Equal($"\\frac{{{a}}}{{x{Signed(b)}}}+\\frac{{{c}}}{{y{Signed(d)}}}",
                    $"\\frac{{{a}(y+{d}) + ({c})(x+{b})}}{{(x+{b})(y+{d})}}")
                && !Equal($"\\frac{{{a}}}{{{b}}}+\\frac{{{c}}}{{{d}}}", $"{(a * d) + (b * c) + 1}/{b * d}");
        });

    [Fact]
    public void Squares_come_out_of_roots() =>
        Check(from k in s_positive from n in s_positive select (k, n), drawn =>
        {
            var (k, n) = drawn;
            return Equal($"\\sqrt{{{k * k * n}}}", $"{k}\\sqrt{{{n}}}")
                && Equal($"\\frac{{{k}}}{{\\sqrt{{{n}}}}}", $"\\frac{{{k}\\sqrt{{{n}}}}}{{{n}}}")
                && !Equal($"\\sqrt{{{(k * k * n) + 1}}}", $"{k}\\sqrt{{{n}}}") && Equal($"\\sqrt{{{-k * k}}}", $"{k}i")
                && Equal($"\\sqrt[3]{{{k * k * k * n}}}", $"{k}\\sqrt[3]{{{n}}}");
        });

    [Fact]
    public void Conjugates_rationalise_denominators() =>
        Check(from a in s_positive from b in s_positive from c in s_positive where a * a != b select (a, b, c), n =>
        {
            var (a, b, c) = n;
            return Equal($"\\frac{{{c}}}{{{a}+\\sqrt{{{b}}}}}", $"\\frac{{{c}({a}-\\sqrt{{{b}}})}}{{{(a * a) - b}}}")
                && Equal($"\\frac{{{c}}}{{{a}+{b}i}}",
                    $"\\frac{{{c * a}}}{{{(a * a) + (b * b)}}}-\\frac{{{c * b}}}{{{(a * a) + (b * b)}}}i")
                && Equal($"\\sqrt{{{a + b}+2\\sqrt{{{a * b}}}}}", $"\\sqrt{{{a}}}+\\sqrt{{{b}}}");
        });

    [Fact]
    public void Lists_and_sets_are_equal_in_any_order_and_tuples_only_in_theirs() =>
        Check(from items in s_digit.ListOf(3) from seed in Gen.Choose(0, 5) select (items, seed), drawn =>
        {
            int[] items = [.. drawn.items];
            int[] shuffled =
                [.. items.Select((item, i) => (item, key: (i * (drawn.seed + 1) % 7))).OrderBy(pair => pair.key).Select(pair => pair.item)];
            string Text(int[] list) => string.Join(", ", list);
            return Equal(Text(items), Text(shuffled)) && Equal($"\\{{{Text(items)}\\}}", $"\\{{{Text(shuffled)}, {items[0]}\\}}")
                && Equal($"({Text(items)})", $"({Text(shuffled)})") == items.SequenceEqual(shuffled)
                && !Equal(Text(items), Text([.. items, items[0]])) && !Equal(Text(items), Text([items[0] + 20, .. items[1..]]));
        });

    [Fact]
    public void Linear_equations_and_inequalities_are_their_solutions() =>
        Check(from a in s_positive from b in s_digit from c in s_digit select (a, b, c), n =>
        {
            var (a, b, c) = n;
            return Equal($"{a}x{Signed(b)}={c}", $"\\frac{{{c - b}}}{{{a}}}")
                && Equal($"{a}x{Signed(b)}<{c}", $"(-\\infty,\\frac{{{c - b}}}{{{a}}})")
                && Equal($"-{a}x{Signed(b)}\\le {c}", $"[\\frac{{{b - c}}}{{{a}}},\\infty)")
                && !Equal($"{a}x{Signed(b)}<{c}", $"{a}x{Signed(b)}\\le {c}");
        });
}
